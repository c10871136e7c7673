package io.nightshift.model.zoo;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Builds plain stacks of 3x3 convolutions that keep an image's size, layer by layer from the image to the scores. */
final class VggBuilder {
    private final NeuralNetConfiguration.ListBuilder layers;

    VggBuilder(long seed, IUpdater updater) {
        layers = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(updater)
                .weightInit(WeightInit.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .list();
    }

    /** Adds a 3x3 convolution with ReLU. */
    VggBuilder convolution(int filters) {
        layers.layer(new ConvolutionLayer.Builder(3, 3)
                .nOut(filters)
                .activation(Activation.RELU)
                .build());
        return this;
    }

    /** Adds a 2x2 max pooling: half as many rows and columns, rounded up. */
    VggBuilder maxPool() {
        layers.layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                .build());
        return this;
    }

    /**
     * Adds a batch normalisation whose running variance is kept as it is, not as a logarithm: averages over workers are
     * then averages over their examples.
     */
    VggBuilder batchNorm() {
        layers.layer(new BatchNormalization.Builder().useLogStd(false).build());
        return this;
    }

    /**
     * Ends the network with the mean of each channel, dropout, and a score for each class.
     *
     * @param keepProbability of dropout, in (0, 1]
     */
    MultiLayerConfiguration output(int side, int classes, double keepProbability) {
        return layers.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(classes)
                        .activation(Activation.SOFTMAX)
                        .dropOut(new Dropout(keepProbability))
                        .build())
                .setInputType(InputType.convolutional(side, side, 1))
                .build();
    }
}
