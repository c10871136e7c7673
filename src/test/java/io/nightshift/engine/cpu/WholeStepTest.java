package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.Network;
import io.nightshift.model.zoo.Architecture;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Nesterovs;

/** The networks that users train take the same steps on the engine as on DL4J's own layers. */
class WholeStepTest {
    /**
     * A maximum of two values that are equal up to rounding may go to either, in DL4J as in the engine, and gives a
     * gradient elsewhere: seldom, and so not for each of several minibatches.
     */
    @ParameterizedTest
    @ValueSource(strings = {"blog-cnn", "compact", "residual", "deep"})
    void oneStepAsTheReference(String architecture) {
        assertThat(differences(architecture, 2, 1)).anyMatch(one -> one < 1e-5).allMatch(one -> one < 1e-3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"blog-cnn", "compact"})
    void tenStepsAsTheReference(String architecture) {
        assertThat(differences(architecture, 3, 10)).anyMatch(one -> one < 1e-3).allMatch(one -> one < 1e-1);
    }

    private static List<Double> differences(String architecture, int batch, int steps) {
        EnginePair pair = pair(architecture);
        return Stream.of(100, 200, 300)
                .map(seed -> {
                    pair.reset();
                    return pair.differenceAfter(EnginePair.BLOCKED, batch, steps, seed);
                })
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"blog-cnn", "compact", "residual", "deep"})
    void scoresAsTheReference(String architecture) {
        pair(architecture).assertSameScores(EnginePair.BLOCKED, 1e-5);
    }

    private static EnginePair pair(String architecture) {
        return new EnginePair(network(architecture), network(architecture), 1, 48, 48);
    }

    /**
     * Without dropout, whose random numbers are not DL4J's, and without Adam, which makes full steps of gradients that
     * are nothing but rounding.
     */
    private static Network network(String architecture) {
        Network network = Architecture.of(architecture).network(48, 7, 3, new Nesterovs(0.01, 0.9));
        for (Layer layer : network.layers()) {
            layer.conf().getLayer().setIDropout(null);
        }
        return network;
    }
}
