package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FinalComparisonTest {
    private static TrialResult result(int trial, long seed, String right, float... losses) {
        return new TrialResult(
                trial,
                null,
                seed,
                9,
                9,
                Map.of(),
                false,
                1.0,
                0.5,
                1.0,
                1.0,
                1,
                "sha",
                new PublicTestRows(right, losses));
    }

    private static TrialResult diverged(int trial, long seed) {
        return new TrialResult(trial, null, seed, 9, 9, Map.of(), true, null, null, null, null, 1, "sha", null);
    }

    /**
     * By hand. Right of the recipe by row: 2, 1, 0, 0 of two seeds; of the winner 2, 2, 1, 0: shares differ by 0, 1/2,
     * 1/2, 0. The mean is 1/4; the variance is 1/16, and the standard error the root of 1/64.
     */
    @Test
    void eachRowCountsOnceWithTheMeanOverItsSeeds() {
        FinalComparison comparison = FinalComparison.of(
                5,
                List.of(
                        result(5, 2, "1110", 1, 1, 1, 2),
                        result(0, 1, "1000", 1, 1, 2, 2),
                        result(0, 2, "1100", 1, 1, 2, 2),
                        result(5, 1, "1100", 1, 1, 1, 2)));
        assertThat(comparison.recipe()).containsExactly(0.25, 0.5);
        assertThat(comparison.found()).containsExactly(0.5, 0.75);
        assertThat(comparison.difference()).isEqualTo(0.25);
        assertThat(comparison.standardError()).isCloseTo(1 / 8.0, within(1e-12));
        assertThat(comparison.lossDifference()).isEqualTo(-0.25);
        assertThat(comparison.onlyRecipe()).isZero();
        assertThat(comparison.onlyWinner()).isEqualTo(2);
        assertThat(comparison.pValue()).isEqualTo(0.5);
        assertThat(comparison.ahead()).isTrue();
        assertThat(comparison.sentence())
                .isEqualTo("The winner is ahead of the recipe by 25.0 points, standard error 12.5; more accurate with "
                        + "2 of 2 seeds; p = 0.50 by the rows. Chance alone may explain that.");
    }

    @Test
    void whatIsNotAheadIsSaidPlainly() {
        assertThat(FinalComparison.of(5, List.of(result(5, 1, "1000", 1, 1, 1, 1), result(0, 1, "1100", 1, 1, 1, 1)))
                        .sentence())
                .isEqualTo("The winner is not ahead of the recipe: it is behind by 25.0 points, standard error 21.7; "
                        + "more accurate with 0 of 1 seeds; p = 1.0 by the rows. Keep the recipe.");
        assertThat(FinalComparison.of(5, List.of(result(5, 1, "10", 1, 1), result(0, 1, "01", 1, 1))))
                .satisfies(equal -> assertThat(equal.ahead()).isFalse())
                .extracting(FinalComparison::sentence)
                .asString()
                .startsWith("The winner is not ahead of the recipe: it is equal, 0.0 points, ");
    }

    @Test
    void aTrainingThatDivergedGetsNoRowRight() {
        FinalComparison comparison = FinalComparison.of(5, List.of(diverged(5, 1), result(0, 1, "1100", 1, 1, 1, 1)));
        assertThat(comparison.found()).containsExactly(0.0);
        assertThat(comparison.difference()).isEqualTo(-0.5);
        assertThat(comparison.ahead()).isFalse();
    }
}
