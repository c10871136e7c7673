package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Networks with something that only training knows of. Those that Keras writes often have it; DL4J's own layers scored
 * them at 22 images a second.
 */
class ScoringOnlyTest {
    private static final Shape IMAGE = new Shape(1, 12, 12);

    private static Network network(ConvolutionLayer convolution) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(convolution)
                .layer(new GlobalPoolingLayer())
                .layer(new OutputLayer.Builder()
                        .nOut(5)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(12, 12, 1))
                .build());
        network.init();
        return Network.of(network);
    }

    private static ConvolutionLayer.Builder convolution() {
        return new ConvolutionLayer.Builder(3, 3).name("first").nOut(4).activation(Activation.RELU);
    }

    private static void assertScoredAndNotTrained(Network network, String why) {
        NativeThreads.perWorker(1);
        INDArray images = Nd4j.rand(DataType.FLOAT, 3, 1, 12, 12);
        try (Scorer scorer = CpuEngine.scorer(network, IMAGE, false, Precision.FLOAT32)) {
            assertThat(Nd4j.create(scorer.scores(images.data().asFloat(), (int) images.size(0)))
                            .distance1(network.output(images)))
                    .isLessThan(1e-5);
        }
        assertThatThrownBy(() -> CpuEngine.trainer(network, IMAGE, false, Precision.FLOAT32))
                .isInstanceOf(UnsupportedNetworkException.class)
                .hasMessage(why);
    }

    @Test
    void regularisationBelongsToTraining() {
        assertScoredAndNotTrained(
                network(convolution().l2(0.01).build()),
                "first (ConvolutionLayer): weight noise, regularisation or gradient normalisation is part of the network");
    }

    @Test
    void soDoesNoiseOnALayersInput() {
        assertScoredAndNotTrained(
                network(convolution().dropOut(new GaussianNoise(0.5)).build()),
                "first (ConvolutionLayer): it has GaussianNoise(stddev=0.5, stddevSchedule=null)");
    }
}
