package io.nightshift.engine;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network whose layers stand in a row. */
public record SequentialNetwork(MultiLayerNetwork model) implements Network {

    static SequentialNetwork of(MultiLayerConfiguration configuration, INDArray weights, INDArray updaterState) {
        MultiLayerNetwork layers = new MultiLayerNetwork(configuration.clone());
        layers.init(weights, false);
        if (updaterState != null) {
            layers.setUpdater(new MultiLayerUpdater(layers, updaterState));
        }
        return new SequentialNetwork(layers);
    }

    @Override
    public <T> T match(Function<MultiLayerNetwork, T> sequential, Function<ComputationGraph, T> graph) {
        return sequential.apply(model);
    }

    @Override
    public List<Layer> layers() {
        return List.of(model.getLayers());
    }

    @Override
    public Layer outputLayer() {
        return model.getOutputLayer();
    }

    @Override
    public INDArray output(INDArray features) {
        return model.output(features, false);
    }

    @Override
    public Updater updater() {
        return model.getUpdater();
    }

    @Override
    public MultiLayerConfiguration configuration() {
        return model.getLayerWiseConfigurations();
    }

    @Override
    public String configurationJson() {
        return configuration().toJson();
    }

    @Override
    public double learningRate() {
        return IntStream.range(0, model.getnLayers())
                .mapToObj(model::getLearningRate)
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
        model.setEpochCount(epochs);
    }
}
