package io.nightshift.tuning;

import java.util.List;
import java.util.Optional;

/**
 * How far a search has come.
 *
 * @param rungs  from the lowest
 * @param best   of the highest rung that has a result
 * @param begun  trials that have begun
 * @param trials most that begin
 * @param spent  compute of the trainings that have ended or are under way, in epochs of the recipe's network
 * @param search compute that all trials together may take
 */
public record SearchStatus(
        List<Rung> rungs, Optional<TrialResult> best, int begun, int trials, double spent, double search) {

    /**
     * A rung.
     *
     * @param epochs of a training of the recipe's network
     * @param best   loss of the best training that has ended; NaN if there is none
     */
    public record Rung(int epochs, int running, int ended, double best) {}
}
