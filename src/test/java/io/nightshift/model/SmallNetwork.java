package io.nightshift.model;

import io.nightshift.engine.Backend;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network for images of [1, 48, 48] and seven classes that is trained in milliseconds. */
public final class SmallNetwork {
    static {
        // As the program does before it loads ND4J; what is loaded without it warns on standard error.
        Backend.use("auto");
    }

    private SmallNetwork() {}

    public static MultiLayerNetwork withAdam() {
        return network(new Adam(0.01));
    }

    public static MultiLayerNetwork withSgd() {
        return network(new Sgd(0.5));
    }

    public static MultiLayerNetwork withNesterov() {
        return network(new Nesterovs(0.1, 0.9));
    }

    /** With batch normalisation, for images of several sides, and with dropout before its last layer. */
    public static MultiLayerNetwork withNormalisation(IUpdater updater) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list()
                .layer(convolution(8, 8, 4))
                .layer(new BatchNormalization())
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .dropOut(0.8)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }

    /** One layer, with dropout before it. */
    public static MultiLayerNetwork ofOneLayer() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new NoOp())
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .dropOut(0.9)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }

    /** Ends in global pooling: takes images of any size. */
    public static MultiLayerNetwork ofAnySide() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .stride(2, 2)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }

    /** The same layers as a graph, with the same weights. */
    public static ComputationGraph graph() {
        return graph(new Sgd(0.5));
    }

    /** The same layers as a graph, with the same weights. */
    public static ComputationGraph graph(IUpdater updater) {
        return network(updater).toComputationGraph();
    }

    /**
     * A graph as DL4J's importer leaves a functional Keras model: a block with a shortcut, a convolution for a head,
     * whose scores are pooled, and a softmax without a loss.
     */
    public static ComputationGraph residual() {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(2)
                .updater(new NoOp())
                .graphBuilder()
                .addInputs("image")
                .addLayer("stem", convolution(8, 8, 4), "image")
                .addLayer("norm", new BatchNormalization(), "stem")
                .addLayer("shortcut", convolution(1, 1, 6), "norm")
                .addLayer("wide", convolution(1, 1, 6), "norm")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "shortcut", "wide")
                .addLayer("head", convolution(2, 1, 7), "sum")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "head")
                .addLayer("scores", new ActivationLayer(Activation.SOFTMAX), "pool")
                .setOutputs("scores")
                .validateOutputLayerConfig(false)
                .setInputTypes(InputType.convolutional(48, 48, 1))
                .build());
        graph.init();
        return graph;
    }

    private static ConvolutionLayer convolution(int kernel, int stride, int outputs) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .nOut(outputs)
                .activation(Activation.TANH)
                .build();
    }

    private static MultiLayerNetwork network(IUpdater updater) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list()
                .layer(new ConvolutionLayer.Builder(8, 8)
                        .stride(8, 8)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build())
                .layer(new DenseLayer.Builder()
                        .nOut(16)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }
}
