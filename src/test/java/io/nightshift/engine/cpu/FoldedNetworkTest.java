package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.Network;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Operation;
import io.nightshift.engine.graph.Shape;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.junit.jupiter.api.Test;

/** What a folded network computes is compared by {@link OperationsTest}, whose scorers fold. */
class FoldedNetworkTest {
    @SuppressWarnings("unchecked")
    private static FoldedNetwork folded(String name) {
        var make = (Function<CNN2DFormat, Network>) OperationsTest.networks()
                .filter(arguments -> arguments.get()[0].equals(name))
                .findFirst()
                .orElseThrow()
                .get()[1];
        Network network = make.apply(CNN2DFormat.NCHW);
        return FoldedNetwork.of(
                Graph.of(network, new Shape(3, 11, 9), false),
                network.params().data().asFloat());
    }

    private static long normalisations(FoldedNetwork network) {
        return network.graph().nodes().stream()
                .filter(node -> node.operation() instanceof Operation.BatchNormalisation)
                .count();
    }

    @Test
    void normalisationsRightAfterAConvolutionOrADenseLayerAreGone() {
        Stream.of(
                        "batch normalisation of a convolution",
                        "batch normalisation of depthwise convolutions",
                        "batch normalisation of vectors, logarithm")
                .forEach(name ->
                        assertThat(normalisations(folded(name))).as(name).isZero());
    }

    @Test
    void aNormalisationBehindAnActivationStays() {
        assertThat(normalisations(folded("batch normalisation"))).isEqualTo(1);
    }

    @Test
    void aConvolutionWithoutBiasGetsOneBehindTheParametersThatWereThere() {
        FoldedNetwork network = folded("batch normalisation of a convolution");

        var convolution = (Operation.Convolution) network.graph().nodes().get(0).operation();
        assertThat(convolution.bias().length()).isEqualTo(6);
        assertThat(convolution.bias().offset() + 6).isEqualTo(network.parameters().length);
        assertThat(network.graph().parameters()).isEqualTo(network.parameters().length);
    }
}
