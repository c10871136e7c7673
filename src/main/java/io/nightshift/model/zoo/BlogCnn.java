package io.nightshift.model.zoo;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The network of the blog post that this project starts from; 1,485,831 parameters. Without padding, an image of
 * [1, 48, 48] becomes, in the order of the layers:
 *
 * <pre>
 * conv 5x5 relu      [64, 44, 44]
 * max pool 5x5 / 2   [64, 20, 20]
 * conv 3x3 relu, 2x  [64, 16, 16]
 * avg pool 3x3 / 2   [64, 7, 7]
 * conv 3x3 relu, 2x  [128, 3, 3]
 * avg pool 3x3 / 2   [128, 1, 1]
 * dense relu, 2x     [1024]        each followed by dropout of 0.2
 * softmax            [7]
 * </pre>
 *
 * <p>Weights start as He et al. (2015) propose for relu, biases at 0. With the blog's own start (Glorot and Bengio,
 * 2010, which is Keras' default) seven layers of relu without normalisation stay at the loss of the class frequencies
 * for hundreds of iterations before they learn anything.
 */
public final class BlogCnn {
    /** DL4J counts the probability to keep; and it drops a layer's input, so dropout stands with the layer after. */
    private static final double KEEP_PROBABILITY = 0.8;

    private BlogCnn() {}

    public static MultiLayerConfiguration configuration(int side, int classes, long seed, IUpdater updater) {
        return new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(updater)
                .weightInit(WeightInit.RELU)
                .convolutionMode(ConvolutionMode.Truncate)
                .list()
                .layer(convolution(5, 64))
                .layer(pooling(PoolingType.MAX, 5))
                .layer(convolution(3, 64))
                .layer(convolution(3, 64))
                .layer(pooling(PoolingType.AVG, 3))
                .layer(convolution(3, 128))
                .layer(convolution(3, 128))
                .layer(pooling(PoolingType.AVG, 3))
                .layer(new DenseLayer.Builder()
                        .nOut(1024)
                        .activation(Activation.RELU)
                        .build())
                .layer(new DenseLayer.Builder()
                        .nOut(1024)
                        .activation(Activation.RELU)
                        .dropOut(new Dropout(KEEP_PROBABILITY))
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(classes)
                        .activation(Activation.SOFTMAX)
                        .dropOut(new Dropout(KEEP_PROBABILITY))
                        .build())
                .setInputType(InputType.convolutional(side, side, 1))
                .build();
    }

    private static ConvolutionLayer convolution(int kernel, int filters) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(filters)
                .activation(Activation.RELU)
                .build();
    }

    private static SubsamplingLayer pooling(PoolingType type, int kernel) {
        return new SubsamplingLayer.Builder(type, new int[] {kernel, kernel}, new int[] {2, 2}).build();
    }
}
