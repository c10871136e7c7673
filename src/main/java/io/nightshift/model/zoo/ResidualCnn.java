package io.nightshift.model.zoo;

import io.nightshift.engine.Network;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Between the compact and the deep network: 3x3 convolutions with shortcuts (He et al.,
 * <a href="https://arxiv.org/abs/1512.03385">arXiv:1512.03385</a>). For an image of [1, 48, 48]:
 *
 * <pre>
 * conv 3x3 relu, max pool 2x2 / 2, norm                            [32, 24, 24]
 * conv 3x3 relu, norm, block                                       [64, 24, 24]
 * max pool 2x2 / 2, conv 3x3 relu, norm, block, block              [128, 12, 12]
 * max pool 2x2 / 2, conv 3x3 relu, norm, block                     [256, 6, 6]
 * max pool 2x2 / 2, conv 3x3 relu, norm                            [512, 3, 3]
 * global average pool                                              [512]       then dropout of 0.5
 * softmax                                                          [7]
 * </pre>
 *
 * <p>A block adds conv 3x3 relu, norm, conv 3x3, norm to what it takes. The factors of its second normalisation begin at
 * 0, so that each block begins as the identity (Goyal et al.,
 * <a href="https://arxiv.org/abs/1706.02677">arXiv:1706.02677</a>).
 */
final class ResidualCnn {
    private static final double KEEP_PROBABILITY = 0.5;

    private final GraphBuilder graph;
    private String last = "image";

    private ResidualCnn(long seed, IUpdater updater) {
        graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(updater)
                .weightInit(WeightInit.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs(last);
    }

    static Network network(int side, int classes, long seed, IUpdater updater) {
        ComputationGraph graph = new ComputationGraph(configuration(side, classes, seed, updater));
        graph.init();
        return Network.of(graph);
    }

    private static ComputationGraphConfiguration configuration(int side, int classes, long seed, IUpdater updater) {
        return new ResidualCnn(seed, updater)
                .convolution("stem", 32, Activation.RELU)
                .maxPool("stem")
                .norm("stem", 1)
                .stage("a", 64)
                .block("a1", 64)
                .maxPool("a")
                .stage("b", 128)
                .block("b1", 128)
                .block("b2", 128)
                .maxPool("b")
                .stage("c", 256)
                .block("c1", 256)
                .maxPool("c")
                .stage("d", 512)
                .output(side, classes);
    }

    private ResidualCnn stage(String name, int filters) {
        return convolution(name, filters, Activation.RELU).norm(name, 1);
    }

    private ResidualCnn block(String name, int filters) {
        String shortcut = last;
        stage(name + "-first", filters)
                .convolution(name + "-second", filters, Activation.IDENTITY)
                .norm(name + "-second", 0);
        graph.addVertex(name + "-sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), shortcut, last);
        last = name + "-sum";
        return this;
    }

    private ResidualCnn convolution(String name, int filters, Activation activation) {
        return layer(
                name + "-conv",
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(filters)
                        .activation(activation)
                        .build());
    }

    private ResidualCnn maxPool(String name) {
        return layer(
                name + "-pool",
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                        .build());
    }

    /** The running variance is kept as it is, for the reason that {@link VggBuilder#batchNorm} has. */
    private ResidualCnn norm(String name, double factors) {
        return layer(
                name + "-norm",
                new BatchNormalization.Builder().gamma(factors).useLogStd(false).build());
    }

    private ResidualCnn layer(String name, Layer layer) {
        graph.addLayer(name, layer, last);
        last = name;
        return this;
    }

    private ComputationGraphConfiguration output(int side, int classes) {
        layer("mean", new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
        layer(
                "scores",
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(classes)
                        .activation(Activation.SOFTMAX)
                        .dropOut(new Dropout(KEEP_PROBABILITY))
                        .build());
        return graph.setOutputs(last)
                .setInputTypes(InputType.convolutional(side, side, 1))
                .build();
    }
}
