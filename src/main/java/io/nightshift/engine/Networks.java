package io.nightshift.engine;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What DL4J's two kinds of network have in common and their interface {@link Model} lacks: {@link MultiLayerNetwork}, whose layers
 * stand in a row, and {@link ComputationGraph} with one input and one output. All other code takes either for a {@code Model}.
 *
 * <p>Arrays of all weights or of all optimiser state are in DL4J's order: layer by layer, of a graph in its topological order.
 */
public final class Networks {
    private Networks() {}

    /** A network's layers in the order in which their weights lie in {@link Model#params}. */
    public static List<Layer> layers(Model network) {
        return network instanceof ComputationGraph graph
                ? vertices(graph)
                        .filter(GraphVertex::hasLayer)
                        .map(GraphVertex::getLayer)
                        .toList()
                : List.of(((MultiLayerNetwork) network).getLayers());
    }

    /** A graph's parts, inputs too, each after all that it takes something from. */
    public static Stream<GraphVertex> vertices(ComputationGraph graph) {
        return Arrays.stream(graph.topologicalSortOrder()).mapToObj(index -> graph.getVertices()[index]);
    }

    /** The layer whose activations are the network's output. */
    public static Layer outputLayer(Model network) {
        return network instanceof ComputationGraph graph
                ? graph.getOutputLayer(0)
                : ((MultiLayerNetwork) network).getOutputLayer();
    }

    /** The network's output, not for training. */
    public static INDArray output(Model network, INDArray features) {
        return network instanceof ComputationGraph graph
                ? graph.outputSingle(features)
                : ((MultiLayerNetwork) network).output(features, false);
    }

    /** The optimiser's state itself, not a copy; null if it has none. Makes the optimiser if there is none yet. */
    public static INDArray updaterState(Model network) {
        return updater(network).getStateViewArray();
    }

    public static Updater updater(Model network) {
        return network instanceof ComputationGraph graph
                ? graph.getUpdater()
                : ((MultiLayerNetwork) network).getUpdater();
    }

    /** How the network is built, with its counts of iterations and epochs; the configuration itself, not a copy. */
    public static Serializable configuration(Model network) {
        return network instanceof ComputationGraph graph
                ? graph.getConfiguration()
                : ((MultiLayerNetwork) network).getLayerWiseConfigurations();
    }

    /**
     * A network with an optimiser.
     *
     * @param configuration of which it gets a copy
     * @param weights       all of them; it keeps this array
     * @param updaterState  of its optimiser, which keeps this array; null for none, or for a new one's
     */
    public static Model of(Serializable configuration, INDArray weights, INDArray updaterState) {
        if (configuration instanceof ComputationGraphConfiguration ofGraph) {
            ComputationGraph graph = new ComputationGraph(ofGraph.clone());
            graph.init(weights, false);
            // Its copy begins to count anew, unlike that of layers in a row.
            setCounts(graph, ofGraph.getIterationCount(), ofGraph.getEpochCount());
            if (updaterState != null) {
                graph.setUpdater(new ComputationGraphUpdater(graph, updaterState));
            }
            return graph;
        }
        MultiLayerNetwork layers = new MultiLayerNetwork(((MultiLayerConfiguration) configuration).clone());
        layers.init(weights, false);
        if (updaterState != null) {
            layers.setUpdater(new MultiLayerUpdater(layers, updaterState));
        }
        return layers;
    }

    /** The rate that the optimiser has for its next step. */
    public static double learningRate(Model network) {
        Stream<Double> rates = network instanceof ComputationGraph graph
                ? Stream.of(graph.getLayers())
                        .map(layer ->
                                graph.getLearningRate(layer.conf().getLayer().getLayerName()))
                : IntStream.range(0, ((MultiLayerNetwork) network).getnLayers())
                        .mapToObj(((MultiLayerNetwork) network)::getLearningRate);
        return rates.filter(Objects::nonNull).findFirst().orElseThrow();
    }

    /** Gives all layers a learning rate. Not cheap: DL4J builds the optimiser anew, around the same state. */
    public static void setLearningRate(Model network, double rate) {
        if (network instanceof ComputationGraph graph) {
            graph.setLearningRate(rate);
        } else {
            ((MultiLayerNetwork) network).setLearningRate(rate);
        }
    }

    /** Steps of the optimiser so far, by which it corrects its bias. */
    public static int iterations(Model network) {
        return network instanceof ComputationGraph graph
                ? graph.getIterationCount()
                : ((MultiLayerNetwork) network).getIterationCount();
    }

    /** Sets the counts that are saved with the network. */
    public static void setCounts(Model network, int iterations, int epochs) {
        if (network instanceof ComputationGraph graph) {
            graph.getConfiguration().setIterationCount(iterations);
            graph.getConfiguration().setEpochCount(epochs);
        } else {
            ((MultiLayerNetwork) network).getLayerWiseConfigurations().setIterationCount(iterations);
            ((MultiLayerNetwork) network).setEpochCount(epochs);
        }
    }

    /** Epochs so far. */
    public static int epochs(Model network) {
        return network instanceof ComputationGraph graph
                ? graph.getEpochCount()
                : ((MultiLayerNetwork) network).getEpochCount();
    }
}
