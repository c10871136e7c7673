package io.nightshift.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network for images of [1, 48, 48] and seven classes that is trained in milliseconds; without dropout. */
public final class SmallNetwork {
    private SmallNetwork() {
    }

    public static MultiLayerNetwork withAdam() {
        return network(new Adam(0.01));
    }

    public static MultiLayerNetwork withSgd() {
        return network(new Sgd(0.5));
    }

    public static MultiLayerNetwork withNesterov() {
        return network(new Nesterovs(0.1, 0.9));
    }

    /** The same layers as a graph, with the same weights. */
    public static ComputationGraph graph() {
        return withSgd().toComputationGraph();
    }

    private static MultiLayerNetwork network(IUpdater updater) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(1).updater(updater)
                .list()
                .layer(new ConvolutionLayer.Builder(8, 8).stride(8, 8).nOut(4).activation(Activation.RELU).build())
                .layer(new DenseLayer.Builder().nOut(16).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(7).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }
}
