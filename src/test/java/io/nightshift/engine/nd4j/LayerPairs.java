package io.nightshift.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Two networks of one configuration and the same parameters, one with built-in layers and one with fast ones. */
record LayerPairs(MultiLayerNetwork builtIn, MultiLayerNetwork fast) {
    static final int CLASSES = 3;

    static LayerPairs of(MultiLayerConfiguration configuration) {
        MultiLayerNetwork builtIn = new MultiLayerNetwork(configuration);
        builtIn.init();
        MultiLayerNetwork fast = new MultiLayerNetwork(configuration.clone());
        fast.init(builtIn.params(), true);
        FastLayers.install(fast);
        return new LayerPairs(builtIn, fast);
    }

    /** The given layers and a softmax on top, on images of the given size. */
    static MultiLayerConfiguration network(DataType type, ConvolutionMode mode, InputType input, List<Layer> layers) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .updater(new Adam(1e-2))
                .weightInit(WeightInit.XAVIER)
                .convolutionMode(mode)
                .list();
        layers.forEach(list::layer);
        return list.layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(input)
                .build();
    }

    static INDArray images(DataType type, long... shape) {
        return Nd4j.rand(type, shape).subi(0.5);
    }

    static INDArray labels(DataType type, int rows, int classes) {
        INDArray labels = Nd4j.zeros(type, rows, classes);
        for (int row = 0; row < rows; row++) {
            labels.putScalar(row, row % classes, 1);
        }
        return labels;
    }

    /** Each layer's output, the network's gradient and the score: equal up to {@code relative} of the largest value. */
    void assertSame(INDArray images, INDArray labels, double relative) {
        List<INDArray> expected = builtIn.feedForward(images, false);
        List<INDArray> actual = fast.feedForward(images, false);
        for (int i = 0; i < expected.size(); i++) {
            assertClose("output of layer " + (i - 1), actual.get(i), expected.get(i), relative);
        }
        INDArray expectedGradient = gradient(builtIn, images, labels);
        assertClose("gradient", gradient(fast, images, labels), expectedGradient, relative);
        assertThat(fast.score()).isCloseTo(builtIn.score(), withPercentage(0.01));
    }

    static INDArray gradient(MultiLayerNetwork network, INDArray images, INDArray labels) {
        network.setInput(images);
        network.setLabels(labels);
        network.computeGradientAndScore();
        return network.getFlattenedGradients().dup();
    }

    static void assertClose(String what, INDArray actual, INDArray expected, double relative) {
        assertThat(actual.shape()).as("shape of " + what).isEqualTo(expected.shape());
        double scale = Math.max(1e-3, expected.amaxNumber().doubleValue());
        double difference = actual.sub(expected).amaxNumber().doubleValue();
        assertThat(difference / scale)
                .as(what + ": largest difference, relative to the largest value")
                .isLessThan(relative);
    }
}
