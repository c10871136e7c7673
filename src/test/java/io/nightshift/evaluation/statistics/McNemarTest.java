package io.nightshift.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class McNemarTest {
    @Test
    void isTheExactBinomialTestCountedByHand() {
        // Ten coins with at most one head: (1 + 10) / 1024, to both sides.
        assertThat(new McNemar(1, 9).pValue()).isCloseTo(22 / 1024.0, within(1e-12));
        assertThat(new McNemar(9, 1).pValue()).isCloseTo(22 / 1024.0, within(1e-12));
        assertThat(new McNemar(0, 5).pValue()).isCloseTo(2 / 32.0, within(1e-12));
    }

    @Test
    void equalsDoNotDiffer() {
        assertThat(new McNemar(0, 0).pValue()).isEqualTo(1);
        assertThat(new McNemar(7, 7).pValue()).isEqualTo(1);
    }

    @Test
    void comesToTheChiSquareOfLargeNumbers() {
        // (60 - 1)^2 / 500 = 6.96 with one degree of freedom and correction for continuity: p = 0.0083.
        assertThat(new McNemar(220, 280).pValue()).isCloseTo(0.0083, within(0.0002));
    }

    @Test
    void chanceAlonePassesTheFivePercentLevelForOneSideInFortyAtMost() {
        Random coin = new Random(1);
        int promoted = 0;
        for (int trial = 0; trial < 4_000; trial++) {
            long second = coin.ints(400, 0, 2).sum();
            McNemar test = new McNemar(400 - second, second);
            promoted += second > 200 && test.pValue() <= 0.05 ? 1 : 0;
        }
        assertThat(promoted / 4_000.0).isBetween(0.01, 0.03);
    }
}
