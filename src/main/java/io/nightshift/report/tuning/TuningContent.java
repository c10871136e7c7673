package io.nightshift.report.tuning;

import java.util.List;

/**
 * What the page about a tuning shows.
 *
 * @param runId      of the tuning
 * @param data       its URI
 * @param summary    how much was tried, in a sentence
 * @param verdict    whether the winner is better than the recipe, in a sentence or two
 * @param rungs      from the lowest
 * @param comparison of the final two, by seed; empty if the recipe itself won
 * @param axes       of the chart: a dimension each, then the loss of each rung
 * @param lines      of the chart, a trial each
 * @param influences of the dimensions, the strongest first
 * @param keys       of the dimensions
 * @param trials     the best first
 * @param winner     its recipe, as HOCON
 */
public record TuningContent(
        String runId,
        String data,
        String summary,
        String verdict,
        List<Rung> rungs,
        List<Seed> comparison,
        List<Axis> axes,
        List<Line> lines,
        List<InfluenceRow> influences,
        List<String> keys,
        List<TrialRow> trials,
        String winner) {

    /**
     * A rung.
     *
     * @param epochs of the recipe's network
     * @param trials that were trained on it
     * @param best   the least loss; NaN if there is none
     */
    public record Rung(int number, int epochs, int trials, double best) {}

    /** Accuracies with one seed, or their means, in [0, 1]. */
    public record Seed(String name, double recipe, double winner) {}

    /**
     * An axis of the chart.
     *
     * @param label  its name
     * @param lower  text at its lower end
     * @param upper  text at its upper end
     * @param isLoss whether it is the loss of a rung, and no dimension
     */
    public record Axis(String label, String lower, String upper, boolean isLoss) {}

    /** The part that a trial played. */
    public enum Role {
        WINNER,
        RECIPE,
        /** It reached the top rung. */
        TOP,
        OTHER,
        DIVERGED
    }

    /**
     * A trial in the chart.
     *
     * @param positions on the axes, from 0 at the lower end to 1; NaN where the trial has none
     */
    public record Line(int trial, Role role, List<Double> positions) {}

    /**
     * How much a dimension mattered.
     *
     * @param correlation of the ranks; NaN if there were too few trials
     */
    public record InfluenceRow(String key, int rung, int trials, double correlation) {}

    /**
     * A row of the table of trials.
     *
     * @param losses on the rungs, as text; a dash where the trial was not trained
     * @param values of the dimensions
     */
    public record TrialRow(int trial, Role role, List<String> losses, List<String> values) {}
}
