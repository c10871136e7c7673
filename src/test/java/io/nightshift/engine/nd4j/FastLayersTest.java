package io.nightshift.engine.nd4j;

import static io.nightshift.engine.nd4j.LayerPairs.CLASSES;
import static io.nightshift.engine.nd4j.LayerPairs.images;
import static io.nightshift.engine.nd4j.LayerPairs.labels;
import static io.nightshift.engine.nd4j.LayerPairs.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each fast layer against the built-in one: outputs, and through the layers above and below also its gradients. */
class FastLayersTest {
    /** Float sums of some hundred terms in another order. */
    private static final double FLOAT = 2e-5;

    @ParameterizedTest(name = "kernel {0}, stride {1}, padding {2}, dilation {3}, {4}, {5} channels, {6}x{7}")
    @CsvSource({
        "1, 1, 0, 1, Truncate, 3, 9, 7",
        "3, 1, 0, 1, Truncate, 1, 9, 7",
        "3, 1, 0, 1, Truncate, 3, 10, 10",
        "3, 2, 0, 1, Truncate, 3, 11, 8",
        "3, 3, 1, 1, Truncate, 2, 11, 8",
        "5, 1, 2, 1, Truncate, 1, 12, 12",
        "5, 2, 0, 1, Truncate, 3, 13, 12",
        "2, 1, 0, 1, Truncate, 3, 8, 9",
        "2, 2, 1, 1, Truncate, 3, 8, 9",
        "4, 3, 0, 1, Truncate, 1, 13, 14",
        "3, 1, 0, 2, Truncate, 3, 11, 12",
        "3, 2, 2, 2, Truncate, 1, 12, 11",
        "1, 1, 0, 1, Same, 3, 7, 9",
        "3, 1, 0, 1, Same, 1, 9, 8",
        "3, 2, 0, 1, Same, 3, 9, 8",
        "5, 3, 0, 1, Same, 3, 13, 11",
        "4, 2, 0, 1, Same, 1, 9, 10",
        "3, 1, 0, 2, Same, 3, 10, 9",
        "3, 2, 1, 1, Strict, 3, 9, 7",
    })
    void convolution(
            int kernel,
            int stride,
            int padding,
            int dilation,
            ConvolutionMode mode,
            int channels,
            int height,
            int width) {
        // Twice the same convolution: the lower one without, the upper one with a gradient with respect to its input.
        List<Layer> layers = List.of(
                convolution(kernel, stride, padding, dilation, mode)
                        .nOut(5)
                        .activation(Activation.RELU)
                        .build(),
                convolution(kernel, 1, mode == ConvolutionMode.Same ? 0 : kernel / 2, 1, mode)
                        .nOut(4)
                        .activation(Activation.TANH)
                        .build());
        LayerPairs networks =
                LayerPairs.of(network(DataType.FLOAT, mode, InputType.convolutional(height, width, channels), layers));

        for (int batch : new int[] {6, 1, 5}) {
            networks.assertSame(
                    images(DataType.FLOAT, batch, channels, height, width),
                    labels(DataType.FLOAT, batch, CLASSES),
                    FLOAT);
        }
    }

    @ParameterizedTest(name = "{0} {1}, stride {2}, padding {3}, {4}, {5}x{6}, below: {7}")
    @CsvSource({
        "MAX, 2, 2, 0, Truncate, 9, 8, RELU",
        "MAX, 3, 2, 1, Truncate, 9, 7, RELU",
        "MAX, 5, 2, 0, Truncate, 11, 12, RELU",
        "MAX, 3, 1, 0, Truncate, 9, 8, IDENTITY",
        "MAX, 3, 2, 0, Same, 9, 8, RELU",
        "MAX, 2, 3, 0, Same, 10, 11, TANH",
        "AVG, 2, 2, 0, Truncate, 9, 8, RELU",
        "AVG, 3, 2, 0, Truncate, 9, 7, RELU",
        "AVG, 3, 2, 1, Truncate, 9, 8, RELU",
        "AVG, 3, 1, 0, Same, 8, 9, RELU",
        "AVG, 4, 3, 0, Same, 11, 9, ELU",
    })
    void pooling(
            SubsamplingLayer.PoolingType type,
            int kernel,
            int stride,
            int padding,
            ConvolutionMode mode,
            int height,
            int width,
            Activation below) {
        SubsamplingLayer pooling = new SubsamplingLayer.Builder(
                        type, new int[] {kernel, kernel}, new int[] {stride, stride}, new int[] {padding, padding})
                .convolutionMode(mode)
                .build();
        List<Layer> layers = List.of(
                convolution(3, 1, mode == ConvolutionMode.Same ? 0 : 1, 1, mode)
                        .nOut(6)
                        .activation(below)
                        .build(),
                pooling);
        LayerPairs networks =
                LayerPairs.of(network(DataType.FLOAT, mode, InputType.convolutional(height, width, 2), layers));

        for (int batch : new int[] {6, 1, 5}) {
            networks.assertSame(
                    images(DataType.FLOAT, batch, 2, height, width), labels(DataType.FLOAT, batch, CLASSES), FLOAT);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {
                "RELU",
                "IDENTITY",
                "TANH",
                "LEAKYRELU",
                "ELU",
                "SIGMOID",
                "RELU6",
                "SOFTPLUS",
                "SWISH",
                "HARDSIGMOID"
            })
    void activations(Activation activation) {
        List<Layer> layers = List.of(
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(activation)
                        .build(),
                new DenseLayer.Builder().nOut(8).activation(activation).build());
        LayerPairs networks = LayerPairs.of(
                network(DataType.FLOAT, ConvolutionMode.Truncate, InputType.convolutional(6, 6, 2), layers));

        networks.assertSame(images(DataType.FLOAT, 4, 2, 6, 6), labels(DataType.FLOAT, 4, CLASSES), FLOAT);
    }

    @ParameterizedTest(name = "{0} channels, {1}x{2}")
    @CsvSource({"1, 5, 5", "4, 10, 9", "3, 13, 7", "48, 6, 6", "2100, 2, 1"})
    void batchNormalisation(int channels, int height, int width) {
        List<Layer> layers = List.of(
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(channels)
                        .activation(Activation.RELU)
                        .build(),
                new BatchNormalization.Builder()
                        .useLogStd(false)
                        .decay(0.7)
                        .eps(1e-3)
                        .build(),
                new ConvolutionLayer.Builder(1, 1)
                        .nOut(3)
                        .activation(Activation.TANH)
                        .build(),
                new BatchNormalization.Builder().useLogStd(false).build());
        LayerPairs networks = LayerPairs.of(
                network(DataType.FLOAT, ConvolutionMode.Same, InputType.convolutional(height, width, 2), layers));
        assertThat(networks.fast().getLayer(1)).isInstanceOf(FastBatchNormalizationLayer.class);

        for (int step = 0; step < 4; step++) {
            INDArray images = images(DataType.FLOAT, 7 - step, 2, height, width);
            INDArray labels = labels(DataType.FLOAT, 7 - step, CLASSES);
            // The outputs compared are those with running statistics, the gradient is the one with the batch's own.
            networks.assertSame(images, labels, 1e-4);
            networks.builtIn().fit(images, labels);
            networks.fast().fit(images, labels);
            LayerPairs.assertClose(
                    "parameters, running mean and variance among them",
                    networks.fast().params(),
                    networks.builtIn().params(),
                    1e-3);
            networks.fast().setParams(networks.builtIn().params());
        }
    }

    @Test
    void aBatchNormalisationOfDenseLayersComputesAsTheBuiltInOne() {
        List<Layer> layers = List.of(
                new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build(),
                new BatchNormalization.Builder().useLogStd(false).build());
        LayerPairs networks =
                LayerPairs.of(network(DataType.FLOAT, ConvolutionMode.Same, InputType.convolutional(4, 4, 1), layers));

        networks.assertSame(images(DataType.FLOAT, 6, 1, 4, 4), labels(DataType.FLOAT, 6, CLASSES), FLOAT);
    }

    @Test
    void layersWithoutBiasAndLayersInBetweenThatStayBuiltIn() {
        List<Layer> layers = List.of(
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .hasBias(false)
                        .activation(Activation.RELU)
                        .build(),
                new BatchNormalization.Builder().useLogStd(true).build(),
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .hasBias(false)
                        .activation(Activation.RELU)
                        .build(),
                // Writes over the output of the convolution below it, of which ReLU's derivative needs the sign.
                new ActivationLayer(Activation.SIGMOID),
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.PNORM, new int[] {2, 2})
                        .pnorm(2)
                        .build(),
                new DenseLayer.Builder()
                        .nOut(8)
                        .hasBias(false)
                        .activation(Activation.RELU)
                        .build(),
                new DenseLayer.Builder()
                        .nOut(8)
                        .hasLayerNorm(true)
                        .activation(Activation.TANH)
                        .build());
        LayerPairs networks = LayerPairs.of(
                network(DataType.FLOAT, ConvolutionMode.Truncate, InputType.convolutional(10, 9, 2), layers));

        networks.assertSame(images(DataType.FLOAT, 4, 2, 10, 9), labels(DataType.FLOAT, 4, CLASSES), FLOAT);
    }

    @Test
    void noiseThatTheNextLayerWritesOverAnOutputLeavesItsDerivativeAlone() {
        List<Layer> layers = List.of(
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build(),
                new ConvolutionLayer.Builder(1, 1)
                        .nOut(4)
                        .dropOut(new GaussianNoise(0.5))
                        .activation(Activation.RELU)
                        .build(),
                new DenseLayer.Builder()
                        .nOut(8)
                        .dropOut(0.7)
                        .activation(Activation.RELU)
                        .build());
        LayerPairs networks = LayerPairs.of(
                network(DataType.FLOAT, ConvolutionMode.Truncate, InputType.convolutional(6, 6, 1), layers));
        INDArray images = images(DataType.FLOAT, 4, 1, 6, 6);
        INDArray labels = labels(DataType.FLOAT, 4, CLASSES);

        // Noise is drawn in memory order, and the two kinds lay memory out differently: compare where that is the same.
        Nd4j.getRandom().setSeed(1);
        INDArray first = LayerPairs.gradient(networks.fast(), images, labels);
        Nd4j.getRandom().setSeed(1);
        INDArray second = LayerPairs.gradient(networks.fast(), images, labels);
        assertThat(second).isEqualTo(first);
        assertThat(first.isNaN().any()).isFalse();
    }

    @Test
    void channelsLastNetworks() {
        List<Layer> layers = List.of(
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                new DenseLayer.Builder().nOut(8).activation(Activation.RELU).build());
        LayerPairs networks = LayerPairs.of(network(
                DataType.FLOAT,
                ConvolutionMode.Truncate,
                InputType.convolutional(12, 11, 3, CNN2DFormat.NHWC),
                layers));

        networks.assertSame(images(DataType.FLOAT, 4, 12, 11, 3), labels(DataType.FLOAT, 4, CLASSES), FLOAT);
    }

    @Test
    void flatImagesStillGetTheirInputGradient() {
        List<Layer> layers = List.of(new ConvolutionLayer.Builder(3, 3)
                .nOut(4)
                .activation(Activation.RELU)
                .build());
        LayerPairs networks = LayerPairs.of(
                network(DataType.FLOAT, ConvolutionMode.Truncate, InputType.convolutionalFlat(6, 6, 1), layers));

        networks.assertSame(images(DataType.FLOAT, 4, 36), labels(DataType.FLOAT, 4, CLASSES), FLOAT);
    }

    @Test
    void aFrozenLayerIsFastAndTheOneAboveItComputesNoInputGradient() {
        List<Layer> layers = List.of(
                new FrozenLayer(new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build()),
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build());
        LayerPairs networks = LayerPairs.of(
                network(DataType.FLOAT, ConvolutionMode.Truncate, InputType.convolutional(8, 7, 2), layers));
        INDArray images = images(DataType.FLOAT, 4, 2, 8, 7);
        INDArray labels = labels(DataType.FLOAT, 4, CLASSES);

        networks.builtIn().fit(images, labels);
        networks.fast().fit(images, labels);

        LayerPairs.assertClose(
                "parameters", networks.fast().params(), networks.builtIn().params(), 1e-4);
        LayerPairs.assertClose(
                "predictions",
                networks.fast().output(images),
                networks.builtIn().output(images),
                1e-4);
    }

    @Test
    void leavesTheBuiltInLayersWhereNativeHelpersAreSwitchedOff() {
        MultiLayerNetwork network = new MultiLayerNetwork(network(
                DataType.FLOAT,
                ConvolutionMode.Truncate,
                InputType.convolutional(6, 6, 1),
                List.of(new ConvolutionLayer.Builder(3, 3).nOut(2).build())));
        network.init();
        Nd4j.getEnvironment().allowHelpers(false);
        try {
            FastLayers.install(network);
        } finally {
            Nd4j.getEnvironment().allowHelpers(true);
        }
        assertThat(network.getLayers()).noneMatch(FastLayers::isFast);
    }

    @Test
    void installsOnceAndKeepsTheArraysOfTheNetwork() {
        MultiLayerNetwork network = LayerPairs.of(network(
                        DataType.FLOAT,
                        ConvolutionMode.Truncate,
                        InputType.convolutional(6, 6, 1),
                        List.of(new ConvolutionLayer.Builder(3, 3).nOut(2).build())))
                .fast();
        org.deeplearning4j.nn.api.Layer[] layers = network.getLayers().clone();
        assertThat(Arrays.stream(layers).map(FastLayers::isFast)).containsExactly(true, false);

        FastLayers.install(network);

        assertThat(network.getLayers()).containsExactly(layers);
        network.params().assign(3);
        assertThat(network.getLayer(0).getParam("W").meanNumber().doubleValue()).isEqualTo(3);
    }

    @Test
    void refusesANetworkThatIsNotInitialised() {
        MultiLayerNetwork network = new MultiLayerNetwork(network(
                DataType.FLOAT,
                ConvolutionMode.Truncate,
                InputType.convolutional(6, 6, 1),
                List.of(new ConvolutionLayer.Builder(3, 3).nOut(2).build())));
        assertThatThrownBy(() -> FastLayers.install(network))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("init()");
    }

    private static ConvolutionLayer.Builder convolution(
            int kernel, int stride, int padding, int dilation, ConvolutionMode mode) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .padding(padding, padding)
                .dilation(dilation, dilation)
                .convolutionMode(mode);
    }
}
