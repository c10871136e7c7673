package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.TestSettings;
import io.nightshift.config.space.Dimension;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InfluenceTest {
    private static final Dimension RATE = new Dimension.Range("train.learning-rate", false, 0.1, 0.9, false, 0);
    private static final Rungs RUNGS =
            Rungs.of(TestSettings.of("tune.trials=4", "tune.rungs=2", "tune.budget-epochs=26")
                    .tune());

    private static TrialResult result(int rung, double rate, double loss) {
        return new TrialResult(
                1,
                rung,
                1,
                1,
                1,
                Map.of("train.learning-rate", String.valueOf(rate)),
                Double.isInfinite(loss),
                loss,
                0.5,
                1.0,
                1.0,
                1,
                "sha",
                null);
    }

    /**
     * Ranks of the rates 1, 2, 3, 4 and of the losses 2, 1, 4, 3: the squares of their differences sum to 4; 1 - 6 *
     * 4 / 60.
     */
    @Test
    void theCorrelationIsThatOfTheRanksOnTheLowestRung() {
        List<TrialResult> results = List.of(
                result(1, 0.1, 20), result(1, 0.2, 10), result(1, 0.3, 1000), result(1, 0.9, 30), result(2, 0.9, 1));
        Influence influence = Influence.of(RATE, results, RUNGS);
        assertThat(influence.correlation()).isCloseTo(0.6, within(1e-12));
        assertThat(influence.trials()).isEqualTo(4);
    }

    @Test
    void aDimensionOfTheTopRungIsMeasuredThere() {
        Dimension top = new Dimension.Range("train.learning-rate", true, 0.1, 0.9, false, 0);
        List<TrialResult> results = Stream.of(0.1, 0.2, 0.3, 0.4)
                .flatMap(rate -> Stream.of(result(1, rate, rate), result(2, rate, -rate)))
                .toList();
        assertThat(Influence.of(top, results, RUNGS).correlation()).isEqualTo(-1);
    }

    @Test
    void threeTrialsAndWhatDivergedSayNothing() {
        List<TrialResult> results = List.of(
                result(1, 0.1, 1), result(1, 0.2, 2), result(1, 0.3, 3), result(1, 0.4, Double.POSITIVE_INFINITY));
        Influence influence = Influence.of(RATE, results, RUNGS);
        assertThat(influence.correlation()).isNaN();
        assertThat(influence.trials()).isEqualTo(3);
    }
}
