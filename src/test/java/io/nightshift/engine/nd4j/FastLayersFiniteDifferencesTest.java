package io.nightshift.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.NativeThreads;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Gradients against finite differences of the score, in double precision: independent of the built-in layers. */
class FastLayersFiniteDifferencesTest {
    private final DataType before = Nd4j.defaultFloatingPointType();

    @BeforeEach
    void oneThreadInDoublePrecision() {
        NativeThreads.perWorker(1);
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    }

    @AfterEach
    void asBefore() {
        Nd4j.setDefaultDataTypes(before, before);
    }

    @ParameterizedTest(name = "{0}, {1} pooling, stride {2}, {3}, batch {4}")
    @CsvSource({
        "Truncate, MAX, 1, RELU, 4",
        "Truncate, AVG, 2, RELU, 1",
        "Same, MAX, 2, RELU, 3",
        "Same, AVG, 1, TANH, 3",
        "Truncate, MAX, 2, ELU, 3",
    })
    void gradients(
            ConvolutionMode mode, SubsamplingLayer.PoolingType pooling, int stride, Activation activation, int batch) {
        Nd4j.getRandom().setSeed(11);
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new NoOp())
                .weightInit(WeightInit.XAVIER)
                .activation(activation)
                .convolutionMode(mode)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .stride(stride, stride)
                        .nOut(2)
                        .build())
                .layer(new SubsamplingLayer.Builder(pooling, new int[] {2, 2}, new int[] {1, 1}).build())
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).build())
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(9, 8, 2))
                .build());
        network.init();
        // A bias of exactly zero puts padded corners on ReLU's kink.
        network.params()
                .addi(Nd4j.rand(DataType.DOUBLE, network.params().shape()).muli(0.05));
        FastLayers.install(network);

        boolean agree = GradientCheckUtil.checkGradients(new GradientCheckUtil.MLNConfig()
                .net(network)
                .epsilon(1e-6)
                .maxRelError(1e-5)
                .minAbsoluteError(1e-9)
                .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                .input(LayerPairs.images(DataType.DOUBLE, batch, 2, 9, 8))
                .labels(LayerPairs.labels(DataType.DOUBLE, batch, 3)));

        assertThat(agree).isTrue();
    }
}
