package io.nightshift.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.RetrainSettings;
import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.Comparison;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Manifest.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

/**
 * The chances that are counted, and simulated years of nights: with public_test's 3,589 rows, of which champion and
 * challenger differ on 422, as on a night in operations.md.
 */
class FalsePromotionBudgetTest {
    private static final int NIGHTS = 365;
    private static final int YEARS = 1_000;
    private static final int ROWS = 3_589;
    private static final int DIFFERENT = 422;

    /** The p-value of a job that has run every night for long. */
    private static final double EVERY_NIGHT = 0.0043;

    /** By the rows that the challenger alone gets right. */
    private static final double[] P_VALUES = IntStream.rangeClosed(0, DIFFERENT)
            .mapToDouble(right -> new McNemar(DIFFERENT - right, right).pValue())
            .toArray();

    private static RetrainSettings settings(double perYear) {
        return SettingsLoader.load(
                        List.of(),
                        Map.of("retrain.false-promotions-per-year", String.valueOf(perYear)),
                        Map.of("data.uri", "faces.csv"))
                .retrain();
    }

    /** Nights on which the challenger is truly more accurate by some difference, or by none. */
    private static final class Nights {
        private final Random random = new Random(1);
        private final double[] atMost;

        Nights(double better) {
            double alone = 0.5 + better * ROWS / (2 * DIFFERENT);
            BinomialDistribution rows = new BinomialDistribution(null, DIFFERENT, alone);
            atMost = IntStream.range(0, DIFFERENT)
                    .mapToDouble(rows::cumulativeProbability)
                    .toArray();
        }

        /** Plays a night. */
        boolean promotes(double significance) {
            int found = Arrays.binarySearch(atMost, random.nextDouble());
            int right = found < 0 ? -found - 1 : found;
            return 2 * right > DIFFERENT && P_VALUES[right] <= significance;
        }
    }

    /** Returns the largest p-values of so many nights, which are the same whatever the nights bring. */
    private static double[] levels(double perYear, int nights) {
        FalsePromotionBudget budget = new FalsePromotionBudget(settings(perYear));
        double[] levels = new double[nights];
        for (int night = 0; night < nights; night++) {
            Instant time = Instant.EPOCH.plus(Duration.ofDays(night));
            budget.spend(time, 0);
            levels[night] = budget.significance();
            budget.spend(time, levels[night] / 2);
        }
        return levels;
    }

    private static double falsePromotionsPerYear(double perYear) {
        double[] levels = levels(perYear, NIGHTS);
        Nights nights = new Nights(0);
        int promoted = 0;
        for (int night = 0; night < YEARS * NIGHTS; night++) {
            promoted += nights.promotes(levels[night % NIGHTS]) ? 1 : 0;
        }
        return promoted / (double) YEARS;
    }

    @Test
    void aThousandYearsHaveNoMoreFalsePromotionsThanConfigured() {
        double one = falsePromotionsPerYear(1);
        double tenth = falsePromotionsPerYear(0.1);
        double unbounded = falsePromotionsPerYear(1_000);
        System.out.printf(
                "false promotions a year in %d years: %.2f at 1, %.2f at 0.1, %.1f at 1000%n",
                YEARS, one, tenth, unbounded);

        assertThat(one).isBetween(0.6, 1.0);
        assertThat(tenth).isBetween(0.05, 0.1);
        assertThat(unbounded).isBetween(7.0, 9.2);
    }

    @Test
    void noWindowOfAYearSpendsMoreThanConfigured() {
        double[] levels = levels(1, 5 * NIGHTS);
        for (int first = 0; first <= 4 * NIGHTS; first++) {
            assertThat(Arrays.stream(levels, first, first + NIGHTS).sum() / 2).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void theFirstNightHasTheSignificanceAloneAndLaterOnesAnEvenShare() {
        double[] levels = levels(1, 5 * NIGHTS);
        assertThat(levels[0]).isEqualTo(0.05);
        for (int night = 100; night < levels.length; night++) {
            assertThat(levels[night]).isBetween(EVERY_NIGHT, 0.0044);
        }
        assertThat(levels(1_000, 100)).containsOnly(0.05);
    }

    /** Prints the table of operations.md. */
    @Test
    void aTrueImprovementIsPromotedLater() {
        for (double better : new double[] {0.01, 0.015, 0.02, 0.03}) {
            double alone = shareOfNights(0.05, better);
            double bounded = shareOfNights(EVERY_NIGHT, better);
            System.out.printf(
                    "%.1f points better: promoted on %.0f %% of nights, with the bound on %.0f %%%n",
                    100 * better, 100 * alone, 100 * bounded);
            assertThat(bounded).isLessThan(alone);
        }
        assertThat(shareOfNights(EVERY_NIGHT, 0.03)).isGreaterThan(0.9);
    }

    private static double shareOfNights(double level, double better) {
        Nights nights = new Nights(better);
        return IntStream.range(0, 10_000)
                        .filter(night -> nights.promotes(level))
                        .count()
                / 10_000.0;
    }

    private static Manifest compared(String run, String champion, String end) {
        Comparison comparison = new Comparison("public_test", 10, null, null, 1, 2, 0.5, 0.02, null, null, null);
        return Manifest.builder()
                .runId(run)
                .state(State.REJECTED, "not better")
                .start(end)
                .end(end)
                .verdict(new Verdict(false, champion, List.of(), comparison))
                .build();
    }

    @Test
    void comparisonsOfAYearCountAlsoThoseWithEarlierChampions() {
        Champion champion = new Champion(
                "b",
                "b/model.zip",
                1,
                "sha",
                List.of(
                        new Promotion("a", null, "retrain", "because", "2024-12-31T02:00:00Z", 0.3),
                        new Promotion("b", "a", "retrain", "because", "2025-06-01T02:00:00Z", 0.2)));
        List<Manifest> runs = List.of(
                compared("against-a", "a", "2025-05-01T02:00:00Z"),
                compared("first-time", "b", "2025-05-02T02:00:00Z"),
                compared("one", "b", "2025-06-02T02:00:00Z"),
                compared("two", "b", "2025-06-03T02:00:00Z"),
                Manifest.builder().runId("train").start("2025-06-03T02:00:00Z").build());

        assertThat(FalsePromotionBudget.spentOn(champion, runs).values()).containsExactly(0.01, 0.01);
        // All was spent on the first of June, and more than came since: a day brings 0.8 / 365.
        assertThat(significance(champion, runs, "2025-06-03T02:00:00Z")).isZero();
        assertThat(significance(champion, runs, "2025-06-04T02:00:00Z")).isEqualTo(0.00054);
        assertThat(significance(champion, runs, "2026-01-15T00:00:00Z")).isEqualTo(0.05);
    }

    private static double significance(Champion champion, List<Manifest> runs, String now) {
        return FalsePromotionBudget.of(settings(1), champion, runs, Instant.parse(now))
                .significance();
    }
}
