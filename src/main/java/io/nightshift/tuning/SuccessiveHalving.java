package io.nightshift.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Decides what is trained next (asynchronous successive halving, ASHA: Li et al., "A System for Massively Parallel
 * Hyperparameter Tuning", <a href="https://arxiv.org/abs/1810.05934">arXiv:1810.05934</a>): a trial among the best of
 * its rung goes on to the next one as soon as it is among them, without waiting for the rest of the rung; where none
 * is, a new trial begins on the lowest rung. Not thread-safe.
 */
public final class SuccessiveHalving {
    private final int trials;
    private final int reductionFactor;
    private final List<Rung> rungs = new ArrayList<>();

    /**
     * A training to make.
     *
     * @param trial from 0
     * @param rung  from 0, the lowest
     */
    public record Assignment(int trial, int rung) {}

    /** The trainings of a rung. */
    private static final class Rung {
        private final TreeSet<Integer> given = new TreeSet<>();
        private final Map<Integer, Double> losses = new TreeMap<>();

        /** Returns the trials that have ended, the best first; of equals the one that was drawn first. */
        List<Integer> ranked() {
            return losses.keySet().stream()
                    .sorted(Comparator.comparing(losses::get))
                    .toList();
        }
    }

    /** @param trials most that begin */
    public SuccessiveHalving(int trials, int rungs, int reductionFactor) {
        this.trials = trials;
        this.reductionFactor = reductionFactor;
        for (int rung = 0; rung < rungs; rung++) {
            this.rungs.add(new Rung());
        }
    }

    /**
     * Chooses a training, which then counts as given.
     *
     * @param affordable whether there is budget for a training
     * @return empty if nothing is to be trained until another training has ended, or at all
     */
    public Optional<Assignment> next(Predicate<Assignment> affordable) {
        for (int rung = rungs.size() - 1; rung > 0; rung--) {
            Rung below = rungs.get(rung - 1);
            int to = rung;
            Optional<Assignment> promoted = below.ranked().stream()
                    .limit(below.losses.size() / reductionFactor)
                    .filter(trial -> below.losses.get(trial) < Double.POSITIVE_INFINITY
                            && !rungs.get(to).given.contains(trial))
                    .map(trial -> new Assignment(trial, to))
                    .filter(affordable)
                    .findFirst();
            if (promoted.isPresent()) {
                return Optional.of(given(promoted.get()));
            }
        }
        for (int trial = 0; trial < trials; trial++) {
            Assignment first = new Assignment(trial, 0);
            if (!rungs.get(0).given.contains(trial)) {
                return affordable.test(first) ? Optional.of(given(first)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Assignment given(Assignment assignment) {
        rungs.get(assignment.rung()).given.add(assignment.trial());
        return assignment;
    }

    /**
     * Takes the result of a training, be it of one that was given or of an earlier process.
     *
     * @param loss infinite if the training diverged: it is never promoted
     */
    public void ended(Assignment training, double loss) {
        Rung rung = rungs.get(training.rung());
        rung.given.add(training.trial());
        rung.losses.put(training.trial(), loss);
    }

    /** Returns how many trainings of a rung were given and have not ended. */
    public int running(int rung) {
        return rungs.get(rung).given.size() - rungs.get(rung).losses.size();
    }

    /** Returns how many trainings of a rung have ended. */
    public int ended(int rung) {
        return rungs.get(rung).losses.size();
    }

    /** Returns the best training of a rung; empty if none has ended, or all have diverged. */
    public Optional<Assignment> best(int rung) {
        return rungs.get(rung).ranked().stream()
                .findFirst()
                .filter(trial -> rungs.get(rung).losses.get(trial) < Double.POSITIVE_INFINITY)
                .map(trial -> new Assignment(trial, rung));
    }

    /** Returns the best training of the highest rung that has one. */
    public Optional<Assignment> best() {
        for (int rung = rungs.size() - 1; rung >= 0; rung--) {
            if (best(rung).isPresent()) {
                return best(rung);
            }
        }
        return Optional.empty();
    }
}
