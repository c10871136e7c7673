package io.nightshift.tuning;

import io.nightshift.config.space.Dimension;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How much a dimension mattered: Spearman's rank correlation of its values with the losses of one rung.
 *
 * @param key         of the dimension
 * @param rung        from 1, the lowest; the top one for a dimension that varies there alone
 * @param trials      whose losses count
 * @param correlation in [-1, 1]; its square is the share of the ranks' variance that the dimension explains alone; NaN
 *                    with fewer than four trials
 */
public record Influence(String key, int rung, int trials, double correlation) {
    private static final int FEWEST = 4;

    /** Measures a dimension. Choices count in the order of the file. */
    static Influence of(Dimension dimension, List<TrialResult> results, Rungs rungs) {
        int rung = dimension.topRungOnly() ? rungs.count() : 1;
        List<TrialResult> counted = results.stream()
                .filter(result -> result.rung() == rung && !result.diverged())
                .filter(result -> position(dimension, result).isPresent())
                .toList();
        double correlation = Double.NaN;
        if (counted.size() >= FEWEST) {
            double[] positions = counted.stream()
                    .mapToDouble(result -> position(dimension, result).getAsDouble())
                    .toArray();
            double[] losses =
                    counted.stream().mapToDouble(TrialResult::rankingLoss).toArray();
            correlation = new SpearmansCorrelation().correlation(positions, losses);
        }
        return new Influence(dimension.key(), rung, counted.size(), correlation);
    }

    /** Measures all dimensions. */
    public static List<Influence> of(TrialPlan plan, List<TrialResult> results) {
        return plan.space().dimensions().stream()
                .map(dimension -> of(dimension, results, plan.rungs()))
                .toList();
    }

    private static OptionalDouble position(Dimension dimension, TrialResult result) {
        return dimension.position(result.values().get(dimension.key()));
    }
}
