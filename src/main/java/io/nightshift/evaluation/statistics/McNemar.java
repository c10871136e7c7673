package io.nightshift.evaluation.statistics;

import java.util.Locale;
import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's test for two classifiers on the same examples. It counts the examples that only one of the two gets right;
 * between equally good classifiers they divide like the throws of a fair coin (Q. McNemar, "Note on the sampling error
 * of the difference between correlated proportions or percentages", Psychometrika 12, 1947). Where the sides are several
 * models each, the examples count that more of one side's get right: the sign test.
 *
 * @param onlyFirst  number of examples that only the first gets right
 * @param onlySecond number of examples that only the second gets right
 */
public record McNemar(long onlyFirst, long onlySecond) {

    /** Formats a p-value after a {@code p}: {@code = 0.12}. */
    public static String text(double pValue) {
        return pValue < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "= %.2g", pValue);
    }

    /**
     * Returns the probability that chance alone makes the two sides differ at least as much, in either direction: the
     * exact binomial test, {@code min(1, 2 P(X >= max))} with {@code X ~ B(onlyFirst + onlySecond, 1/2)}. 1 for equal
     * sides.
     */
    public double pValue() {
        int trials = Math.toIntExact(onlyFirst + onlySecond);
        long more = Math.max(onlyFirst, onlySecond);
        if (trials == 0) {
            return 1;
        }
        // By symmetry the probability of X <= trials - more, which avoids subtracting a number near 1 from 1.
        double tail = new BinomialDistribution(null, trials, 0.5).cumulativeProbability((int) (trials - more));
        return Math.min(1, 2 * tail);
    }
}
