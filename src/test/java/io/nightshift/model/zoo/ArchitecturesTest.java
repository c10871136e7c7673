package io.nightshift.model.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.engine.Network;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class ArchitecturesTest {
    private static MultiLayerNetwork network(Architecture architecture, int side, int classes) {
        return (MultiLayerNetwork)
                architecture.network(side, classes, 1, new Adam(0.001)).model();
    }

    private static MultiLayerNetwork network(Architecture architecture) {
        return network(architecture, 48, 7);
    }

    @Test
    void everyArchitectureThatTheConfigurationAllowsExists() {
        assertThat(Architecture.keys()).containsExactlyElementsOf(Settings.Model.ARCHITECTURES);
    }

    /** Counted by hand: convolutions 9 in out + out, normalisations 4 a channel, dense layers in out + out. */
    @ParameterizedTest
    @CsvSource({"BLOG_CNN, 1485831", "COMPACT, 1316039", "RESIDUAL, 3424519", "DEEP, 9419207"})
    void parameters(Architecture architecture, long expected) {
        assertThat(architecture.network(48, 7, 1, new Adam(0.001)).params().length())
                .isEqualTo(expected);
        assertThat(architecture.parameters()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void multiplyAdds(Architecture architecture) {
        INDArray image = Nd4j.rand(1, 1, 48, 48);
        long counted = architecture
                .network(48, 7, 1, new Adam(0.001))
                .match(
                        layers -> {
                            List<INDArray> activations = layers.feedForward(image, false);
                            return IntStream.range(0, layers.getnLayers())
                                    .mapToLong(i -> multiplyAdds(layers.getLayer(i), activations.get(i + 1)))
                                    .sum();
                        },
                        graph -> {
                            Map<String, INDArray> activations = graph.feedForward(image, false);
                            return Stream.of(graph.getLayers())
                                    .mapToLong(layer -> multiplyAdds(
                                            layer,
                                            activations.get(
                                                    layer.conf().getLayer().getLayerName())))
                                    .sum();
                        });
        assertThat(architecture.multiplyAdds()).isEqualTo(counted);
        Network network = architecture.network(48, 7, 1, new Adam(0.001));
        assertThat(Graph.of(network, new Shape(1, 48, 48), false).multiplyAdds())
                .isEqualTo(counted);
    }

    private static long multiplyAdds(Layer layer, INDArray output) {
        if (!(layer.conf().getLayer() instanceof FeedForwardLayer connected)
                || !layer.paramTable().containsKey("W")) {
            return 0;
        }
        long positions = output.rank() == 4 ? output.size(2) * output.size(3) : 1;
        long kernel = connected instanceof ConvolutionLayer convolution
                ? (long) convolution.getKernelSize()[0] * convolution.getKernelSize()[1]
                : 1;
        return positions * kernel * connected.getNIn() * connected.getNOut();
    }

    /** Each block adds nothing yet: its second normalisation gives zeros. */
    @Test
    void blocksWithShortcutsBeginAsTheIdentity() {
        Map<String, INDArray> activations = ((ComputationGraph)
                        Architecture.RESIDUAL.network(48, 7, 1, new Adam(0.001)).model())
                .feedForward(Nd4j.rand(2, 1, 48, 48), false);
        assertThat(activations.get("b2-sum")).isEqualTo(activations.get("b-norm"));
        assertThat(activations.get("b1-first-norm").amaxNumber().doubleValue()).isPositive();
        assertThat(activations.get("b-norm").shape()).containsExactly(2, 128, 12, 12);
    }

    @Test
    void theCompactOneStaysWithinItsBudget() {
        assertThat(Architecture.COMPACT.multiplyAdds()).isBetween(30_000_000L, 60_000_000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"COMPACT", "RESIDUAL", "DEEP"})
    void imagesOfOtherSizesAndOtherClassesCanBeTrainedToo(Architecture architecture) {
        assertThat(architecture
                        .network(32, 3, 1, new Adam(0.001))
                        .output(Nd4j.rand(2, 1, 32, 32))
                        .shape())
                .isEqualTo(new long[] {2, 3});
    }

    @Test
    void imagesOfWhichNothingWouldBeLeftAreRefused() {
        Architecture.BLOG_CNN.requireSide(45);
        assertThat(Architecture.BLOG_CNN
                        .network(45, 2, 1, new Adam(0.001))
                        .output(Nd4j.rand(1, 1, 45, 45))
                        .shape())
                .containsExactly(1, 2);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> Architecture.BLOG_CNN.requireSide(44))
                .withMessage("data.image-side-pixels = 44: blog-cnn needs images of at least 45 x 45; choose another "
                        + "model.architecture, such as compact");
    }

    @Test
    void compactHasTheLayersOfItsDescription() {
        List<long[]> shapes = network(Architecture.COMPACT).feedForward(Nd4j.rand(2, 1, 48, 48), false).stream()
                .map(INDArray::shape)
                .filter(shape -> shape.length == 4)
                .distinct()
                .toList();
        assertThat(shapes)
                .extracting(shape -> shape[1] + "x" + shape[2])
                .containsSubsequence("1x48", "32x48", "32x24", "64x24", "64x12", "128x12", "128x6", "256x6", "256x3");
    }

    /** ND4J takes 0 for no seed. */
    @Test
    void theSameSeedGivesTheSameWeightsAlsoIfItIsZero() {
        for (long seed : new long[] {0, 1}) {
            assertThat(Architecture.of("blog-cnn")
                            .network(48, 7, seed, new Adam())
                            .params())
                    .isEqualTo(Architecture.of("blog-cnn")
                            .network(48, 7, seed, new Adam())
                            .params());
        }
    }
}
