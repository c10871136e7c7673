package io.nightshift.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network that is a graph with one input and one output. */
public record GraphNetwork(ComputationGraph model) implements Network {

    static GraphNetwork of(ComputationGraphConfiguration configuration, INDArray weights, INDArray updaterState) {
        ComputationGraph graph = new ComputationGraph(configuration.clone());
        graph.init(weights, false);
        GraphNetwork network = new GraphNetwork(graph);
        // Its copy begins to count anew, unlike that of layers in a row.
        network.setCounts(configuration.getIterationCount(), configuration.getEpochCount());
        if (updaterState != null) {
            graph.setUpdater(new ComputationGraphUpdater(graph, updaterState));
        }
        return network;
    }

    @Override
    public <T> T match(Function<MultiLayerNetwork, T> sequential, Function<ComputationGraph, T> graph) {
        return graph.apply(model);
    }

    /** Lists the graph's parts, inputs too, each after all that feed it. */
    public Stream<GraphVertex> vertices() {
        return Arrays.stream(model.topologicalSortOrder()).mapToObj(index -> model.getVertices()[index]);
    }

    @Override
    public List<Layer> layers() {
        return vertices()
                .filter(GraphVertex::hasLayer)
                .map(GraphVertex::getLayer)
                .toList();
    }

    @Override
    public Layer outputLayer() {
        return model.getOutputLayer(0);
    }

    @Override
    public INDArray output(INDArray features) {
        return model.outputSingle(features);
    }

    @Override
    public Updater updater() {
        return model.getUpdater();
    }

    @Override
    public ComputationGraphConfiguration configuration() {
        return model.getConfiguration();
    }

    @Override
    public String configurationJson() {
        return configuration().toJson();
    }

    @Override
    public double learningRate() {
        return Stream.of(model.getLayers())
                .map(layer -> model.getLearningRate(layer.conf().getLayer().getLayerName()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void setLearningRate(double rate) {
        model.setLearningRate(rate);
    }

    @Override
    public int iterations() {
        return model.getIterationCount();
    }

    @Override
    public int epochs() {
        return model.getEpochCount();
    }

    @Override
    public void setCounts(int iterations, int epochs) {
        configuration().setIterationCount(iterations);
        configuration().setEpochCount(epochs);
    }
}
