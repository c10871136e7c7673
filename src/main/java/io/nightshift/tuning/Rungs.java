package io.nightshift.tuning;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TuneSettings;
import java.util.Locale;

/**
 * The rungs of successive halving, in compute: the epochs of a training, times the multiply-adds of its network over
 * those of the recipe's. A trial with a larger network gets fewer epochs on the same rung.
 *
 * @param count           how many there are
 * @param reductionFactor of the compute of a rung to that of the one below
 * @param lowest          compute of a training on the lowest rung
 * @param search          compute of all trials together
 */
public record Rungs(int count, int reductionFactor, double lowest, double search) {
    /** Seeds with which the winner and the recipe are trained again. */
    static final int FINAL_SEEDS = 3;

    /**
     * Divides the budget: so that all trials on the lowest rung, the best of them on each further rung, and the last
     * comparison on the top rung take all of it.
     *
     * @throws ConfigurationException if a training on the lowest rung would get less than an epoch
     */
    public static Rungs of(TuneSettings settings) {
        double top = Math.pow(settings.reductionFactor(), settings.rungs() - 1);
        double parts = (double) settings.rungs() * settings.trials() + 2 * FINAL_SEEDS * top;
        double lowest = settings.budgetEpochs() / parts;
        if (lowest < 1) {
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "tune.budget-epochs = %s: %d trials on %d rungs and the last comparison need at least %.0f epochs, "
                            + "one for each trial on the lowest rung; raise --budget, or lower tune.trials or "
                            + "tune.rungs",
                    plain(settings.budgetEpochs()),
                    settings.trials(),
                    settings.rungs(),
                    parts));
        }
        return new Rungs(
                settings.rungs(), settings.reductionFactor(), lowest, lowest * settings.rungs() * settings.trials());
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** Returns the number of the top rung; the lowest is 0. */
    public int top() {
        return count - 1;
    }

    /** Returns the compute of one training on a rung. */
    public double compute(int rung) {
        return lowest * Math.pow(reductionFactor, rung);
    }

    /**
     * Returns the epochs of a training on a rung, at least one.
     *
     * @param relativeCost multiply-adds of the network over those of the recipe's
     */
    public int epochs(int rung, double relativeCost) {
        return (int) Math.max(1, Math.round(compute(rung) / relativeCost));
    }
}
