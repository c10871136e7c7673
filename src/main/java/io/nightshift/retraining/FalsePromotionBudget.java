package io.nightshift.retraining;

import io.nightshift.config.settings.RetrainSettings;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.run.Manifest;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Bounds how many models that are no better than the champion become champion by luck: alpha spending. Each comparison
 * spends a chance of that, its one-sided level, and the chances of all comparisons within 365 days add up to at most
 * {@code retrain.false-promotions-per-year}; so the expected number of such promotions does too, whatever the champions
 * are and however often a job retrains.
 *
 * <p>A fifth of the year's sum is there at the beginning, and the rest comes evenly with time, but no more than a fifth
 * is ever there. A comparison spends an eighth of what is there.
 */
public final class FalsePromotionBudget {
    private static final double FULL = 0.2;
    private static final double SHARE = 1.0 / 8;
    private static final double YEAR_SECONDS = Duration.ofDays(365).toSeconds();

    private final RetrainSettings settings;
    private final double full;
    private Instant time = Instant.MIN;
    private double left;

    /** Begins with all that is there at the beginning. */
    FalsePromotionBudget(RetrainSettings settings) {
        this.settings = settings;
        this.full = FULL * settings.falsePromotionsPerYear();
        this.left = full;
    }

    /**
     * Returns what is left for a comparison.
     *
     * @param runs of the output directory but the one that is compared
     */
    public static FalsePromotionBudget of(
            RetrainSettings settings, Champion champion, List<Manifest> runs, Instant now) {
        SortedMap<Instant, Double> spent = spentOn(champion, runs);
        for (Promotion promotion : champion.history()) {
            if (promotion.spent() != null) {
                spent.merge(Instant.parse(promotion.time()), promotion.spent(), Double::sum);
            }
        }
        FalsePromotionBudget budget = new FalsePromotionBudget(settings);
        spent.forEach(budget::spend);
        budget.accrue(now);
        return budget;
    }

    /** Returns what the comparisons with this champion have spent since it became champion, by their time. */
    static SortedMap<Instant, Double> spentOn(Champion champion, List<Manifest> runs) {
        List<Promotion> history = champion.history();
        Instant promoted = history.isEmpty()
                ? Instant.MIN
                : Instant.parse(history.get(history.size() - 1).time());
        SortedMap<Instant, Double> spent = new TreeMap<>();
        for (Manifest run : runs) {
            if (run.verdict() != null
                    && run.verdict().comparison() != null
                    && champion.runId().equals(run.verdict().champion())) {
                // A run that crashed after its comparison has no end.
                Instant compared = Instant.parse(run.end() == null ? run.start() : run.end());
                if (!compared.isBefore(promoted)) {
                    spent.merge(compared, run.verdict().comparison().significance() / 2, Double::sum);
                }
            }
        }
        return spent;
    }

    /** Counts what a comparison has spent. */
    void spend(Instant when, double chance) {
        accrue(when);
        left = Math.max(0, left - chance);
    }

    private void accrue(Instant until) {
        if (until.isAfter(time)) {
            if (time != Instant.MIN) {
                double years = Duration.between(time, until).toSeconds() / YEAR_SECONDS;
                left = Math.min(full, left + years * (1 - FULL) * settings.falsePromotionsPerYear());
            }
            time = until;
        }
    }

    /**
     * Returns the largest p-value of a two-sided test at which this comparison may promote: {@code
     * retrain.significance}, or less, with two digits. Its chance of a false promotion is half of that, because only a
     * better model is promoted.
     */
    public double significance() {
        double share = new BigDecimal(2 * SHARE * left)
                .round(new MathContext(2, RoundingMode.DOWN))
                .doubleValue();
        return Math.min(settings.significance(), share);
    }

    /** Says why a p-value above {@link #significance()} is no reason to promote. */
    String objection() {
        double significance = significance();
        return significance == settings.significance()
                ? "no more than chance explains at retrain.significance = " + significance
                : "no more than chance explains at p = "
                        + BigDecimal.valueOf(significance).toPlainString()
                        + ", which is what retrain.false-promotions-per-year = " + settings.falsePromotionsPerYear()
                        + " leaves to this comparison";
    }
}
