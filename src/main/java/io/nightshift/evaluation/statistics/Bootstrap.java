package io.nightshift.evaluation.statistics;

import io.nightshift.evaluation.statistics.Uncertainty.Interval;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Bootstrap intervals of what follows from a confusion matrix (B. Efron, "Bootstrap Methods: Another Look at the
 * Jackknife", The Annals of Statistics 7, 1979). Rows drawn with replacement have multinomial counts in the cells of the
 * matrix: drawing the counts is the same as drawing the rows, and takes no longer for a million rows than for a hundred.
 */
public final class Bootstrap {
    private static final int SAMPLES = 2_000;
    /** The same in every process: equal counts have equal intervals. */
    private static final long SEED = 2013;
    /** Half of what lies outside of a 95 % interval. */
    private static final double TAIL = 0.025;

    private Bootstrap() {}

    /**
     * Returns the 95 % percentile interval of a statistic.
     *
     * @param confusion {@code confusion[actual][predicted]} counts, at least one of them above 0
     * @param statistic of such counts
     */
    public static Interval interval(long[][] confusion, ToDoubleFunction<long[][]> statistic) {
        Random random = new Random(SEED);
        double[] values = new double[SAMPLES];
        long[][] sample = new long[confusion.length][confusion.length];
        long rows = Arrays.stream(confusion).flatMapToLong(Arrays::stream).sum();
        for (int i = 0; i < SAMPLES; i++) {
            draw(confusion, rows, sample, random);
            values[i] = statistic.applyAsDouble(sample);
        }
        Arrays.sort(values);
        return new Interval(quantile(values, TAIL), quantile(values, 1 - TAIL));
    }

    /** Draws multinomial counts, cell by cell: each is binomial, given those before it. */
    private static void draw(long[][] confusion, long rows, long[][] sample, Random random) {
        long rowsLeft = rows;
        long countsLeft = rows;
        for (int actual = 0; actual < confusion.length; actual++) {
            for (int predicted = 0; predicted < confusion.length; predicted++) {
                long count = confusion[actual][predicted];
                long drawn = count == 0 ? 0 : Binomial.draw(rowsLeft, (double) count / countsLeft, random);
                sample[actual][predicted] = drawn;
                rowsLeft -= drawn;
                countsLeft -= count;
            }
        }
    }

    private static double quantile(double[] sorted, double probability) {
        return sorted[(int) Math.ceil(probability * sorted.length) - 1];
    }
}
