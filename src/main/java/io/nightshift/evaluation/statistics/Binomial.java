package io.nightshift.evaluation.statistics;

import java.util.Random;
import org.apache.commons.math3.special.Gamma;

/**
 * Draws binomial numbers in a time that does not depend on the number of trials. {@code StrictMath} gives the same
 * numbers on every machine.
 */
final class Binomial {
    /** Fewer successes than this are counted one by one, because rejection needs a wide distribution. */
    private static final double FEW = 10;

    private Binomial() {}

    /**
     * Draws the number of successes.
     *
     * @param trials      at least 0
     * @param probability of each success, in [0, 1]
     */
    static long draw(long trials, double probability, Random random) {
        if (probability > 0.5) {
            return trials - draw(trials, 1 - probability, random);
        }
        if (trials == 0 || probability == 0) {
            return 0;
        }
        return trials * probability < FEW
                ? byInversion(trials, probability, random)
                : byRejection(trials, probability, random);
    }

    private static long byInversion(long trials, double p, Random random) {
        double odds = p / (1 - p);
        double probability = StrictMath.pow(1 - p, (double) trials);
        double left = random.nextDouble();
        long successes = 0;
        while (left > probability && successes < trials) {
            left -= probability;
            successes++;
            probability *= odds * (trials - successes + 1) / successes;
        }
        return successes;
    }

    /**
     * Transformed rejection with squeeze, BTRS of W. Hörmann, "The generation of binomial random variates", Journal of
     * Statistical Computation and Simulation 46, 1993. The constants are the paper's.
     */
    private static long byRejection(long trials, double p, Random random) {
        double deviation = Math.sqrt(trials * p * (1 - p));
        double b = 1.15 + 2.53 * deviation;
        double a = -0.0873 + 0.0248 * b + 0.01 * p;
        double centre = trials * p + 0.5;
        double squeeze = 0.92 - 4.2 / b;
        double alpha = (2.83 + 5.1 / b) * deviation;
        double logOdds = StrictMath.log(p / (1 - p));
        long mode = (long) Math.floor((trials + 1) * p);
        double atMode = logFactorials(trials, mode);
        while (true) {
            double u = random.nextDouble() - 0.5;
            double v = random.nextDouble();
            double us = 0.5 - Math.abs(u);
            long k = (long) Math.floor((2 * a / us + b) * u + centre);
            if (us >= 0.07 && v <= squeeze) {
                return k;
            }
            if (k >= 0
                    && k <= trials
                    && StrictMath.log(v * alpha / (a / (us * us) + b))
                            <= atMode - logFactorials(trials, k) + (k - mode) * logOdds) {
                return k;
            }
        }
    }

    private static double logFactorials(long trials, long successes) {
        return Gamma.logGamma(successes + 1.0) + Gamma.logGamma(trials - successes + 1.0);
    }
}
