package io.nightshift.retraining;

import io.nightshift.config.settings.RetrainSettings;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.ModelComparison;
import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.run.Manifest.Comparison;
import io.nightshift.run.Manifest.Contender;
import io.nightshift.run.Manifest.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Decides whether a retrained model, the challenger, becomes champion. It must not have collapsed to one class, must
 * reach a least recall in every class, and must be better than the champion by more than chance explains.
 */
public final class PromotionPolicy {
    private final RetrainSettings settings;

    public PromotionPolicy(RetrainSettings settings) {
        this.settings = settings;
    }

    /** Decides on the first model of an output directory, which has no champion to be compared with. */
    public Verdict first(Evaluation challenger) {
        List<String> objections = objections(challenger);
        return objections.isEmpty()
                ? new Verdict(
                        true,
                        null,
                        List.of(String.format(
                                Locale.ROOT,
                                "there was no champion, and this model gets %s of %d %s faces right (most "
                                        + "frequent class: %s)",
                                percent(challenger.value(Metric.ACCURACY)),
                                challenger.examples(),
                                challenger.split(),
                                percent(challenger.value(Metric.MAJORITY_BASELINE)))),
                        null)
                : new Verdict(false, null, objections, null);
    }

    /**
     * Decides between a challenger and the champion.
     *
     * @param championRun the champion's run
     * @param budget      that bounds false promotions
     */
    public Verdict verdict(String championRun, ModelComparison compared, FalsePromotionBudget budget) {
        Evaluation champion = compared.champion();
        Evaluation challenger = compared.challenger();
        List<String> objections = objections(challenger);
        for (int label = 0; label < challenger.classes().size(); label++) {
            ClassMetrics before = champion.classes().get(label);
            ClassMetrics now = challenger.classes().get(label);
            if (before.support() > 0 && before.recall() - now.recall() > settings.maxRecallDrop()) {
                objections.add(String.format(
                        Locale.ROOT,
                        "recall of %s falls from %s to %s on %d faces, by more than retrain.max-recall-drop = %s",
                        now.name(),
                        percent(before.recall()),
                        percent(now.recall()),
                        now.support(),
                        settings.maxRecallDrop()));
            }
        }
        double pValue = compared.discordant().pValue();
        String summary = String.format(
                Locale.ROOT,
                "%s against the champion's %s, %s points, on the same %d %s faces (%d only this model "
                        + "gets right, %d only the champion; McNemar p %s)",
                percent(challenger.value(Metric.ACCURACY)),
                percent(champion.value(Metric.ACCURACY)),
                compared.accuracy().points(),
                challenger.examples(),
                challenger.split(),
                compared.discordant().onlySecond(),
                compared.discordant().onlyFirst(),
                McNemar.text(pValue));
        boolean better =
                compared.discordant().onlySecond() > compared.discordant().onlyFirst()
                        && pValue <= budget.significance();
        if (!better) {
            objections.add(summary
                    + (compared.discordant().onlySecond()
                                    > compared.discordant().onlyFirst()
                            ? ": " + budget.objection()
                            : ": not better"));
        }
        return new Verdict(
                objections.isEmpty(),
                championRun,
                objections.isEmpty() ? List.of(summary) : objections,
                comparison(compared, pValue, budget.significance()));
    }

    /** Returns the reasons to reject a model that do not depend on the champion. */
    private List<String> objections(Evaluation model) {
        List<String> objections = new ArrayList<>();
        if (!Double.isFinite(model.value(Metric.LOSS))) {
            objections.add("its loss on " + model.split() + " is " + model.value(Metric.LOSS));
            return objections;
        }
        long[] predicted = IntStream.range(0, model.classes().size())
                .mapToLong(label -> Arrays.stream(model.confusion())
                        .mapToLong(row -> row[label])
                        .sum())
                .toArray();
        int favourite = IntStream.range(0, predicted.length)
                .boxed()
                .max((a, b) -> Long.compare(predicted[a], predicted[b]))
                .orElseThrow();
        double share = predicted[favourite] / (double) model.examples();
        if (share > settings.maxPredictedShare()) {
            objections.add(String.format(
                    Locale.ROOT,
                    "it has collapsed: it calls %s of all %s faces %s, more than retrain.max-predicted-share = %s",
                    percent(share),
                    model.split(),
                    model.classes().get(favourite).name(),
                    settings.maxPredictedShare()));
        }
        if (model.value(Metric.ACCURACY) <= model.value(Metric.MAJORITY_BASELINE)) {
            objections.add(String.format(
                    Locale.ROOT,
                    "it gets %s of %s right, no more than always answering the most frequent class (%s)",
                    percent(model.value(Metric.ACCURACY)),
                    model.split(),
                    percent(model.value(Metric.MAJORITY_BASELINE))));
        }
        for (ClassMetrics metrics : model.classes()) {
            if (metrics.support() > 0 && metrics.recall() < settings.minRecall()) {
                objections.add(String.format(
                        Locale.ROOT,
                        "recall of %s is %s, less than retrain.min-recall = %s",
                        metrics.name(),
                        percent(metrics.recall()),
                        settings.minRecall()));
            }
        }
        return objections;
    }

    private static Comparison comparison(ModelComparison compared, double pValue, double significance) {
        return new Comparison(
                compared.challenger().split(),
                compared.challenger().examples(),
                contender(compared.champion()),
                contender(compared.challenger()),
                compared.discordant().onlyFirst(),
                compared.discordant().onlySecond(),
                pValue,
                significance,
                compared.accuracy().standardError(),
                compared.loss().mean(),
                compared.loss().standardError());
    }

    private static Contender contender(Evaluation evaluation) {
        return new Contender(
                evaluation.value(Metric.ACCURACY),
                evaluation.value(Metric.MACRO_F1),
                evaluation.value(Metric.LOSS),
                evaluation.classes().stream().map(ClassMetrics::recall).toList());
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }
}
