package io.nightshift.model;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;

import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** scratch */
public final class BlogCnn {
    private BlogCnn() {
    }

    static ConvolutionLayer conv(int kernel, int out) {
        return new ConvolutionLayer.Builder(kernel, kernel).nOut(out).activation(Activation.RELU).build();
    }

    static SubsamplingLayer pool(SubsamplingLayer.PoolingType type, int kernel) {
        return new SubsamplingLayer.Builder(type, new int[] {kernel, kernel}, new int[] {2, 2}).build();
    }

    public static MultiLayerConfiguration configuration(long seed, IUpdater updater) {
        return new NeuralNetConfiguration.Builder()
                .seed(seed).updater(updater).weightInit(WeightInit.XAVIER).convolutionMode(ConvolutionMode.Truncate)
                .list()
                .layer(conv(5, 64)).layer(pool(SubsamplingLayer.PoolingType.MAX, 5))
                .layer(conv(3, 64)).layer(conv(3, 64)).layer(pool(SubsamplingLayer.PoolingType.AVG, 3))
                .layer(conv(3, 128)).layer(conv(3, 128)).layer(pool(SubsamplingLayer.PoolingType.AVG, 3))
                .layer(new DenseLayer.Builder().nOut(1024).activation(Activation.RELU).build())
                .layer(new DenseLayer.Builder().nOut(1024).activation(Activation.RELU).dropOut(new Dropout(0.8)).build())
                .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT).nOut(7).activation(Activation.SOFTMAX).dropOut(new Dropout(0.8)).build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build();
    }
}
