package io.nightshift.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialTest {
    private static final int DRAWS = 50_000;
    private static final double LEAST_EXPECTED = 10;

    /** Pearson's test against the exact probabilities: few and many successes, and more than half. */
    @ParameterizedTest
    @CsvSource({"7,0.3", "40,0.24", "40,0.26", "40,0.9", "3589,0.002", "3589,0.62", "1000000,0.00002", "1000000,0.5"})
    void drawsHaveTheExactDistribution(int trials, double probability) {
        BinomialDistribution exact = new BinomialDistribution(null, trials, probability);
        int least = exact.inverseCumulativeProbability(1e-9);
        int most = exact.inverseCumulativeProbability(1 - 1e-9);
        long[] counts = new long[most - least + 1];
        Random random = new Random(1);
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) Math.max(least, Math.min(most, Binomial.draw(trials, probability, random))) - least]++;
        }

        double distance = 0;
        int cells = 0;
        double expected = 0;
        long seen = 0;
        for (int k = least; k <= most; k++) {
            expected += DRAWS * exact.probability(k);
            seen += counts[k - least];
            // Rare numbers are taken together.
            if (expected >= LEAST_EXPECTED || k == most) {
                distance += (seen - expected) * (seen - expected) / expected;
                cells++;
                expected = 0;
                seen = 0;
            }
        }
        assertThat(distance)
                .isLessThan(new ChiSquaredDistribution(null, cells - 1).inverseCumulativeProbability(0.999));
    }

    @Test
    void whatIsCertainHappens() {
        Random random = new Random(1);
        assertThat(Binomial.draw(0, 0.5, random)).isZero();
        assertThat(Binomial.draw(10, 0, random)).isZero();
        assertThat(Binomial.draw(3_589, 1, random)).isEqualTo(3_589);
    }
}
