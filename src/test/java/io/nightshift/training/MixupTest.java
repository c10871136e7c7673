package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class MixupTest {

    /** Images of two pixels, of which the first is its number, and the label is one-hot. */
    private static DataSet examples() {
        return new DataSet(
                Nd4j.create(new float[] {0, 9, 1, 9, 2, 9, 3, 9}, new long[] {4, 1, 1, 2}, 'c'), Nd4j.eye(4));
    }

    @Test
    void imagesAndLabelsAreMixedWithTheSameOnesInTheSameWay() {
        DataSet mixed = new Mixup(1).on(examples(), 3);

        INDArray labels = mixed.getLabels();
        double weight = IntStream.range(0, 4)
                .mapToDouble(i -> labels.getDouble(i, i))
                .min()
                .orElseThrow();
        for (int i = 0; i < 4; i++) {
            // Both images' numbers, as the labels say it; and what is the same on all images stays.
            double expected = 0;
            for (int k = 0; k < 4; k++) {
                expected += labels.getDouble(i, k) * k;
            }
            assertThat(mixed.getFeatures().getDouble(i, 0, 0, 0)).isCloseTo(expected, within(1e-6));
            assertThat(mixed.getFeatures().getDouble(i, 0, 0, 1)).isCloseTo(9, within(1e-5));
            // Mixed with another one by the minibatch's weight, or with itself.
            assertThat(labels.getDouble(i, i))
                    .satisfiesAnyOf(
                            own -> assertThat(own).isCloseTo(weight, within(1e-6)),
                            own -> assertThat(own).isCloseTo(1, within(1e-6)));
        }
        assertThat(labels.sum(1).toDoubleVector()).containsExactly(new double[] {1, 1, 1, 1}, within(1e-6));
        // Each is mixed into one.
        assertThat(labels.sum(0).toDoubleVector()).containsExactly(new double[] {1, 1, 1, 1}, within(1e-6));
        assertThat(weight).isBetween(0.0001, 0.9999);
    }

    @Test
    void theWeightIsDrawnFromTheBetaDistribution() {
        // Beta(a, a) has the mean 1/2 and the variance 1 / (4 (2 a + 1)).
        for (double alpha : new double[] {0.2, 1, 4}) {
            double[] weights = IntStream.range(0, 2000)
                    .mapToDouble(seed -> weight(alpha, seed))
                    .toArray();
            double mean = IntStream.range(0, 2000)
                    .mapToDouble(i -> weights[i])
                    .average()
                    .orElseThrow();
            double variance = IntStream.range(0, 2000)
                    .mapToDouble(i -> Math.pow(weights[i] - mean, 2))
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(0.5, within(0.03));
            assertThat(variance).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.01));
        }
    }

    /** Of two examples that are mixed with each other; a pair that is not, for which the seed cannot be used, is drawn again. */
    private static double weight(double alpha, int seed) {
        for (long number = seed; ; number += 10_000) {
            DataSet two = new Mixup(alpha)
                    .on(
                            new DataSet(Nd4j.create(new float[] {0, 1}, new long[] {2, 1, 1, 1}, 'c'), Nd4j.eye(2)),
                            number);
            if (two.getLabels().getDouble(0, 0) + two.getLabels().getDouble(1, 0) < 1 + 1e-6
                    && two.getLabels().getDouble(0, 1) > 0) {
                return two.getLabels().getDouble(0, 0);
            }
        }
    }

    @Test
    void equalSeedsMixEquallyAndZeroDoesNotMix() {
        assertThat(new Mixup(1).on(examples(), 3).getFeatures())
                .isEqualTo(new Mixup(1).on(examples(), 3).getFeatures());
        assertThat(new Mixup(1).on(examples(), 3).getFeatures())
                .isNotEqualTo(new Mixup(1).on(examples(), 4).getFeatures());
        assertThat(new Mixup(0).on(examples(), 3)).isEqualTo(examples());
    }
}
