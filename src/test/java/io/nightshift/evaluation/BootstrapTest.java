package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.evaluation.statistics.Bootstrap;
import io.nightshift.evaluation.statistics.Uncertainty.Interval;
import io.nightshift.evaluation.statistics.Uncertainty.StandardError;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final double NORMAL_QUANTILE = 1.959964;

    /** As a network of FER2013 confuses its rows. */
    private static final long[][] CONFUSION = {
        {281, 7, 41, 22, 78, 9, 53},
        {14, 29, 4, 2, 4, 1, 1},
        {49, 2, 229, 20, 117, 55, 56},
        {11, 0, 12, 776, 22, 17, 41},
        {52, 1, 57, 31, 348, 7, 98},
        {7, 0, 34, 19, 8, 338, 10},
        {31, 1, 26, 46, 92, 7, 423},
    };

    private static double accuracy(long[][] confusion) {
        double right = 0;
        long rows = 0;
        for (int label = 0; label < confusion.length; label++) {
            right += confusion[label][label];
            rows += Arrays.stream(confusion[label]).sum();
        }
        return right / rows;
    }

    /** The mean of 0s and 1s over many rows is normal: its interval is known. */
    @Test
    void theIntervalOfAnAccuracyIsTheNormalOne() {
        double accuracy = accuracy(CONFUSION);
        double error = StandardError.of(accuracy, 3_589).value();
        Interval interval = Bootstrap.interval(CONFUSION, BootstrapTest::accuracy);

        // An end is known to 0.06 standard errors from 2,000 samples: three of these.
        assertThat(interval.low()).isCloseTo(accuracy - NORMAL_QUANTILE * error, within(0.18 * error));
        assertThat(interval.high()).isCloseTo(accuracy + NORMAL_QUANTILE * error, within(0.18 * error));
    }

    /** Against rows that are drawn one by one, with another generator. */
    @Test
    void drawingCountsIsDrawingRows() {
        int[] cells = new int[3_589];
        int row = 0;
        for (int cell = 0; cell < 49; cell++) {
            for (long i = 0; i < CONFUSION[cell / 7][cell % 7]; i++) {
                cells[row++] = cell;
            }
        }
        assertThat(row).isEqualTo(cells.length);
        Random random = new Random(5);
        double[] values = new double[2_000];
        for (int sample = 0; sample < values.length; sample++) {
            long[][] drawn = new long[7][7];
            for (int i = 0; i < cells.length; i++) {
                int cell = cells[random.nextInt(cells.length)];
                drawn[cell / 7][cell % 7]++;
            }
            values[sample] = ClassMetrics.macroF1(drawn);
        }
        Arrays.sort(values);

        Interval interval = Bootstrap.interval(CONFUSION, ClassMetrics::macroF1);
        assertThat(interval.low()).isCloseTo(values[49], within(0.003));
        assertThat(interval.high()).isCloseTo(values[1_949], within(0.003));
        assertThat(ClassMetrics.macroF1(CONFUSION)).isBetween(interval.low(), interval.high());
    }

    @Test
    void equalCountsHaveEqualIntervals() {
        assertThat(Bootstrap.interval(CONFUSION, ClassMetrics::macroF1))
                .isEqualTo(Bootstrap.interval(CONFUSION, ClassMetrics::macroF1));
    }

    @Test
    void whereEveryRowIsRightThereIsNothingToDrawOtherwise() {
        assertThat(Bootstrap.interval(new long[][] {{3, 0}, {0, 5}}, ClassMetrics::macroF1))
                .isEqualTo(new Interval(1, 1));
    }
}
