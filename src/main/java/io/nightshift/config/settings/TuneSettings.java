package io.nightshift.config.settings;

import io.nightshift.config.Keys;

/**
 * How a better recipe is searched for.
 *
 * @param space           file of the search space; empty for the one of the jar
 * @param trials          most configurations that are tried
 * @param rungs           of successive halving
 * @param reductionFactor of the trials of a rung, the part that the next rung takes is one over it
 * @param start           how the configurations are spread over the space
 * @param budgetEpochs    of all trainings together, in epochs of the recipe's network
 */
public record TuneSettings(String space, int trials, int rungs, int reductionFactor, Start start, double budgetEpochs) {

    static TuneSettings of(Keys keys) {
        return new TuneSettings(
                keys.text("tune.space"),
                keys.integer("tune.trials").between(2, 10_000),
                keys.integer("tune.rungs").between(1, 10),
                keys.integer("tune.reduction-factor").between(2, 10),
                keys.oneOf("tune.start", Start.class),
                keys.number("tune.budget-epochs").positiveUpTo(10_000_000));
    }

    /** How configurations are spread over the search space. */
    public enum Start {
        /** Evenly, by Sobol's sequence. */
        SOBOL,
        /** Each by lot, whatever the others are. */
        RANDOM
    }
}
