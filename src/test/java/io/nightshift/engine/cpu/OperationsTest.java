package io.nightshift.engine.cpu;

import io.nightshift.engine.Network;
import io.nightshift.engine.OperationNetworks;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation of the engine computes what DL4J's own layer computes, forwards and backwards. */
class OperationsTest {
    private static final int CHANNELS = 3;

    static Stream<Arguments> networks() {
        return OperationNetworks.of(CHANNELS, 11, 9);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void scoresAsTheReference(String name, Function<CNN2DFormat, Network> make) {
        for (ProgramOptions options : new ProgramOptions[] {EnginePair.BLOCKED, EnginePair.CHANNELS_LAST}) {
            pair(make).assertSameScores(options, 1e-5);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void trainsAsTheReference(String name, Function<CNN2DFormat, Network> make) {
        for (ProgramOptions options : new ProgramOptions[] {EnginePair.BLOCKED, EnginePair.CHANNELS_LAST}) {
            pair(make).assertSameTraining(options, 4, 1e-5);
            pair(make).assertSameTraining(options, 1, 1e-5);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void takesImagesWithChannelsLast(String name, Function<CNN2DFormat, Network> make) {
        new EnginePair(
                        OperationNetworks.withFilledNormalisations(make.apply(CNN2DFormat.NHWC)),
                        make.apply(CNN2DFormat.NHWC),
                        11,
                        9,
                        CHANNELS)
                .assertSameScores(EnginePair.BLOCKED, 1e-5);
    }

    private static EnginePair pair(Function<CNN2DFormat, Network> make) {
        return new EnginePair(
                OperationNetworks.withFilledNormalisations(make.apply(CNN2DFormat.NCHW)),
                make.apply(CNN2DFormat.NCHW),
                CHANNELS,
                11,
                9);
    }
}
