package io.nightshift.evaluation.statistics;

import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * The mean over rows of what the second of two sides has more than the first on the same row. What makes a row easy or
 * hard for both cancels out: its standard error is smaller than those of the two means together.
 *
 * @param mean          the second minus the first
 * @param standardError of the mean, over rows
 */
public record PairedDifference(double mean, double standardError) {

    /**
     * Computes the difference.
     *
     * @param sum     of the rows' differences
     * @param squares sum of the squares of these
     * @param rows    at least one
     */
    public static PairedDifference of(double sum, double squares, long rows) {
        double mean = sum / rows;
        // Rounding may take the variance of equal differences below 0.
        double variance = Math.max(0, squares / rows - mean * mean);
        return new PairedDifference(mean, Math.sqrt(variance / rows));
    }

    /**
     * Computes the difference.
     *
     * @param differences of the rows, at least one
     */
    public static PairedDifference of(double[] differences) {
        double squares = DoubleStream.of(differences).map(each -> each * each).sum();
        return of(DoubleStream.of(differences).sum(), squares, differences.length);
    }

    /** Formats a difference of fractions in percentage points: {@code +0.6 ± 0.4}. */
    public String points() {
        return String.format(Locale.ROOT, "%+.1f ± %.1f", 100 * mean, 100 * standardError);
    }

    /** Formats a difference of losses: {@code lower by 0.012 ± 0.004}. */
    public String ofLosses() {
        return String.format(
                Locale.ROOT, "%s by %.3f ± %.3f", mean > 0 ? "higher" : "lower", Math.abs(mean), standardError);
    }
}
