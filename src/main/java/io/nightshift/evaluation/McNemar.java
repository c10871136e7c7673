package io.nightshift.evaluation;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's test for two classifiers on the same examples: only those that one of the two gets right and the other wrong
 * say anything of a difference, and without one they fall to either side like a fair coin (Q. McNemar, "Note on the
 * sampling error of the difference between correlated proportions or percentages", Psychometrika 12, 1947).
 *
 * @param onlyFirst  examples that the first alone gets right
 * @param onlySecond examples that the second alone gets right
 */
public record McNemar(long onlyFirst, long onlySecond) {

    /**
     * How likely chance alone makes the two sides differ as much as they do or more, to either side: the exact binomial
     * test, {@code min(1, 2 P(X >= max))} with {@code X ~ B(onlyFirst + onlySecond, 1/2)}. 1 when they are equal.
     */
    public double pValue() {
        int trials = Math.toIntExact(onlyFirst + onlySecond);
        long more = Math.max(onlyFirst, onlySecond);
        if (trials == 0) {
            return 1;
        }
        // Of X >= more is X <= trials - more, by symmetry, without taking a number near 1 from 1.
        double tail = new BinomialDistribution(null, trials, 0.5).cumulativeProbability((int) (trials - more));
        return Math.min(1, 2 * tail);
    }
}
