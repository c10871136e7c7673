package io.nightshift.engine;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gives DL4J's two kinds of network one interface, with what their own {@link Model} lacks. It wraps the network and
 * holds nothing else; like the network it is not thread-safe.
 *
 * <p>Arrays of all weights or of all optimiser state are in DL4J's order: layer by layer, of a graph in its topological
 * order.
 */
public sealed interface Network permits SequentialNetwork, GraphNetwork {

    /**
     * Wraps a network of DL4J's.
     *
     * @throws IllegalArgumentException if it is neither a {@link MultiLayerNetwork} nor a {@link ComputationGraph}
     */
    static Network of(Model model) {
        if (model instanceof MultiLayerNetwork layers) {
            return new SequentialNetwork(layers);
        }
        if (model instanceof ComputationGraph graph) {
            return new GraphNetwork(graph);
        }
        throw new IllegalArgumentException(model.getClass() + " is no network of a kind that is known here");
    }

    /**
     * Builds a network with given weights.
     *
     * @param configuration see {@link #configuration()}; the network gets a copy
     * @param weights       all of them; the network keeps this array
     * @param updaterState  of its optimiser, which keeps this array; null for a new optimiser
     * @throws IllegalArgumentException if it is no configuration of a network
     */
    static Network of(Serializable configuration, INDArray weights, INDArray updaterState) {
        if (configuration instanceof MultiLayerConfiguration ofLayers) {
            return SequentialNetwork.of(ofLayers, weights, updaterState);
        }
        if (configuration instanceof ComputationGraphConfiguration ofGraph) {
            return GraphNetwork.of(ofGraph, weights, updaterState);
        }
        throw new IllegalArgumentException(configuration.getClass() + " is no network's configuration");
    }

    /** Reads the configuration of a network from DL4J's JSON. */
    static Serializable configuration(String json) {
        // DL4J's two kinds of configuration are told apart by this field alone.
        return json.contains("\"networkInputs\"")
                ? ComputationGraphConfiguration.fromJson(json)
                : MultiLayerConfiguration.fromJson(json);
    }

    /** DL4J's own network. */
    Model model();

    /** Applies the function for the kind of network that this is. */
    <T> T match(Function<MultiLayerNetwork, T> sequential, Function<ComputationGraph, T> graph);

    /** All weights and biases themselves, not a copy. */
    default INDArray params() {
        return model().params();
    }

    /** The layers in the order in which their weights lie in {@link #params}. */
    List<Layer> layers();

    /** The layer whose activations are the network's output. */
    Layer outputLayer();

    /** Computes the network's output, not for training. */
    INDArray output(INDArray features);

    /** The optimiser; it is made if there is none yet. */
    Updater updater();

    /** The optimiser's state itself, not a copy; null if it has none. Makes the optimiser if there is none yet. */
    default INDArray updaterState() {
        return updater().getStateViewArray();
    }

    /** How the network is built, with its counts of iterations and epochs; the configuration itself, not a copy. */
    Serializable configuration();

    /** The configuration as {@link #configuration(String)} reads it. */
    String configurationJson();

    /** The learning rate that the optimiser has for its next step. */
    double learningRate();

    /** Gives all layers a learning rate. Not cheap: DL4J builds the optimiser anew, around the same state. */
    void setLearningRate(double rate);

    /** Steps of the optimiser so far, by which it corrects its bias. */
    int iterations();

    /** Epochs so far. */
    int epochs();

    /** Sets the counts that are saved with the network. */
    void setCounts(int iterations, int epochs);

    /**
     * Frees weights, gradients and optimiser state, which lie outside of the Java heap; the network cannot be used
     * again. The collector would free them only when it collects the network's small Java objects, which may be long
     * after: a worker that makes a network in every round would hold many. DL4J's own {@code close} also ends the
     * thread's workspaces, which the next network would have to build up again, and collects the whole heap.
     */
    default void free() {
        Updater updater = match(layers -> layers.getUpdater(false), graph -> graph.getUpdater(false));
        Stream.of(params(), model().getGradientsViewArray(), updater == null ? null : updater.getStateViewArray())
                .filter(Objects::nonNull)
                .filter(INDArray::closeable)
                .forEach(INDArray::close);
    }
}
