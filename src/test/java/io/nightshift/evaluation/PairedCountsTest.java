package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.evaluation.statistics.PairedDifference;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PairedCountsTest {
    private static final List<String> CLASSES = List.of("closed", "open");

    /** A prediction that gives the actual class this score. */
    private static Prediction closed(double score) {
        return new Prediction(0, 0, new float[] {(float) score, (float) (1 - score)}, new byte[0]);
    }

    private static ModelComparison comparison(PairedCounts counts, int first, int second) {
        return counts.comparison("public_test", named(first), named(second));
    }

    private static List<EvaluatedModel> named(int models) {
        return Collections.nCopies(models, EvaluatedModel.at("model.zip"));
    }

    /** Of 10 rows the first alone gets 1 right, the second alone 4. */
    @Test
    void theDifferenceOfAccuraciesFollowsFromTheRowsThatOneGetsRight() {
        PairedCounts counts = PairedCounts.empty(CLASSES, 1, 1, null);
        double[][] scores = {
            {0.9, 0.2},
            {0.2, 0.9},
            {0.2, 0.9},
            {0.2, 0.9},
            {0.2, 0.9},
            {0.9, 0.9},
            {0.9, 0.9},
            {0.9, 0.9},
            {0.2, 0.2},
            {0.2, 0.2}
        };
        for (double[] each : scores) {
            counts.add(List.of(closed(each[0])), List.of(closed(each[1])));
        }
        ModelComparison compared = comparison(counts, 1, 1);

        assertThat(compared.discordant()).isEqualTo(new McNemar(1, 4));
        assertThat(compared.accuracy().mean()).isCloseTo(0.3, within(1e-12));
        // The mean of the squares is 5/10, that of the differences 3/10: a variance of 0.41.
        assertThat(compared.accuracy().standardError()).isCloseTo(Math.sqrt(0.041), within(1e-12));
        // McNemar: five coins with at most one head, 6/32, to both sides.
        assertThat(compared.accuracyInWords())
                .isEqualTo("ahead by 30.0 points ± 20.2 (McNemar p = 0.38): no proof of a difference");
        assertThat(compared.seedsInWords()).isEmpty();
        PairedDifference derived = ModelComparison.of(
                        compared.champion(), compared.challenger(), compared.discordant(), compared.loss())
                .accuracy();
        assertThat(derived.mean()).isCloseTo(0.3, within(1e-12));
        assertThat(derived.standardError()).isCloseTo(Math.sqrt(0.041), within(1e-12));
    }

    /** Losses of ln 2, ln 4 against ln 4, ln 16: more by ln 2 and by 2 ln 2. */
    @Test
    void lossesAreComparedRowByRow() {
        PairedCounts one = PairedCounts.empty(CLASSES, 1, 1, null);
        one.add(List.of(closed(0.5)), List.of(closed(0.25)));
        PairedCounts other = PairedCounts.empty(CLASSES, 1, 1, null);
        other.add(List.of(closed(0.25)), List.of(closed(0.0625)));
        PairedDifference loss = comparison(one.plus(other), 1, 1).loss();

        assertThat(loss.mean()).isCloseTo(1.5 * Math.log(2), within(1e-7));
        assertThat(loss.standardError()).isCloseTo(0.5 * Math.log(2) / Math.sqrt(2), within(1e-7));
        assertThat(loss.ofLosses()).isEqualTo("higher by 1.040 ± 0.245");
    }

    @Test
    void whatBothSidesFindHardDoesNotCount() {
        PairedCounts counts = PairedCounts.empty(CLASSES, 1, 1, null);
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            double score = 0.05 + 0.8 * random.nextDouble();
            counts.add(List.of(closed(score)), List.of(closed(score * 1.1)));
        }
        PairedDifference loss = comparison(counts, 1, 1).loss();

        assertThat(loss.mean()).isCloseTo(-Math.log(1.1), within(1e-6));
        assertThat(loss.standardError()).isLessThan(1e-6);
    }

    /** Two seeds against two: the mean of each side on each row. */
    @Test
    void seedsCountAsTheirMeanOnEachRow() {
        PairedCounts counts = PairedCounts.empty(CLASSES, 2, 2, null);
        counts.add(List.of(closed(0.9), closed(0.2)), List.of(closed(0.9), closed(0.9)));
        counts.add(List.of(closed(0.9), closed(0.2)), List.of(closed(0.2), closed(0.9)));
        counts.add(List.of(closed(0.2), closed(0.2)), List.of(closed(0.9), closed(0.9)));
        counts.add(List.of(closed(0.9), closed(0.9)), List.of(closed(0.9), closed(0.9)));
        ModelComparison compared = comparison(counts, 2, 2);

        // 1/2, 0, 1 and 0: a mean of 3/8, and a variance of 5/16 - 9/64.
        assertThat(compared.accuracy().mean()).isCloseTo(0.375, within(1e-12));
        assertThat(compared.accuracy().standardError()).isCloseTo(Math.sqrt(11.0 / 64 / 4), within(1e-12));
        assertThat(compared.discordant()).isEqualTo(new McNemar(0, 2));
        assertThat(compared.firsts().stream().mapToDouble(its -> its.value(Metric.ACCURACY)))
                .containsExactly(0.75, 0.25);
        assertThat(compared.accuracyInWords())
                .isEqualTo("ahead by 37.5 points ± 20.7 (sign test over rows, p = 0.50): no proof of a difference");
        // 0.75 and 1 are 0.125 from their mean, 0.75 and 0.25 are 0.25: times the root of 2.
        assertThat(compared.seedsInWords())
                .contains(
                        "the models' accuracies differ by 17.7 points among themselves, the others' by 35.4 (standard "
                                + "deviation)");
    }

    /** The standard error is the spread of the mean over many samples of rows. */
    @Test
    void theStandardErrorIsThatOfManySamples() {
        Random random = new Random(3);
        double[] means = new double[2_000];
        double error = 0;
        for (int sample = 0; sample < means.length; sample++) {
            PairedDifference difference = sampled(random);
            means[sample] = difference.mean();
            error += difference.standardError() / means.length;
        }
        double mean = DoubleStream.of(means).average().orElseThrow();
        double deviation = Math.sqrt(DoubleStream.of(means)
                .map(each -> (each - mean) * (each - mean))
                .average()
                .orElseThrow());

        // Known from 2,000 samples to 1 / sqrt(4,000): three times that.
        assertThat(error).isCloseTo(deviation, within(0.05 * deviation));
    }

    private static PairedDifference sampled(Random random) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 400; i++) {
            double chance = random.nextDouble();
            double difference = chance < 0.07 ? 1 : chance < 0.12 ? -1 : 0;
            sum += difference;
            squares += difference * difference;
        }
        return PairedDifference.of(sum, squares, 400);
    }

    @Test
    void equalModelsAreLevel() {
        PairedCounts counts = PairedCounts.empty(CLASSES, 1, 1, null);
        counts.add(List.of(closed(0.9)), List.of(closed(0.9)));
        assertThat(comparison(counts, 1, 1).accuracyInWords())
                .isEqualTo("level ± 0.0 (McNemar p = 1.0): no proof of a difference");
    }

    @Test
    void aDifferenceThatChanceDoesNotExplainIsCalledOne() {
        PairedCounts counts = PairedCounts.empty(CLASSES, 1, 1, null);
        for (int i = 0; i < 20; i++) {
            counts.add(List.of(closed(0.9)), List.of(closed(0.2)));
        }
        assertThat(comparison(counts, 1, 1).accuracyInWords())
                .isEqualTo("behind by 100.0 points ± 0.0 (McNemar p < 0.0001): more than chance explains");
    }
}
