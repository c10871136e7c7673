package io.nightshift.report;

import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.evaluation.statistics.PairedDifference;
import io.nightshift.run.Manifest.Comparison;
import io.nightshift.run.Manifest.Contender;
import io.nightshift.run.Manifest.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The decision of a retraining.
 *
 * @param decision   as a sentence
 * @param reasons    of a promotion, one line each; the reason of a rejection is part of the page's head
 * @param comparison null without a champion
 */
record VerdictSection(String decision, List<String> reasons, SideBySide comparison) {

    /**
     * Champion and challenger on the same rows.
     *
     * @param champion its run
     * @param rows     a row per metric
     * @param loss     how far the challenger's is from the champion's; empty in runs of early versions
     */
    record SideBySide(
            String champion,
            String split,
            long examples,
            List<Row> rows,
            long onlyChallenger,
            long onlyChampion,
            String pValue,
            double significance,
            String loss) {}

    /** @param change from champion to challenger in percentage points, with its sign */
    record Row(String metric, String champion, String challenger, String change) {}

    static VerdictSection of(Verdict verdict, List<String> classes) {
        if (verdict == null) {
            return null;
        }
        Comparison compared = verdict.comparison();
        return new VerdictSection(
                verdict.promoted()
                        ? "This model was promoted to champion."
                        : verdict.champion() == null
                                ? "This model was not promoted; there was no champion."
                                : "The champion stays.",
                verdict.promoted() ? verdict.reasons() : List.of(),
                compared == null
                        ? null
                        : new SideBySide(
                                verdict.champion(),
                                compared.split().replace('_', ' '),
                                compared.examples(),
                                rows(compared, classes),
                                compared.onlyChallenger(),
                                compared.onlyChampion(),
                                McNemar.text(compared.pValue()),
                                compared.significance(),
                                compared.lossError() == null
                                        ? ""
                                        : new PairedDifference(compared.lossDifference(), compared.lossError())
                                                .ofLosses()));
    }

    private static List<Row> rows(Comparison compared, List<String> classes) {
        Contender champion = compared.champion();
        Contender challenger = compared.challenger();
        List<Row> rows =
                new ArrayList<>(List.of(accuracy(compared), row("Macro F1", champion.macroF1(), challenger.macroF1())));
        IntStream.range(0, champion.recall().size())
                .forEach(label -> rows.add(row(
                        "Recall of " + classes.get(label),
                        champion.recall().get(label),
                        challenger.recall().get(label))));
        return rows;
    }

    private static Row accuracy(Comparison compared) {
        double champion = compared.champion().accuracy();
        double challenger = compared.challenger().accuracy();
        return compared.accuracyError() == null
                ? row("Accuracy", champion, challenger)
                : new Row(
                        "Accuracy",
                        percent(champion),
                        percent(challenger),
                        new PairedDifference(challenger - champion, compared.accuracyError()).points());
    }

    private static Row row(String metric, double champion, double challenger) {
        return new Row(
                metric,
                percent(champion),
                percent(challenger),
                String.format(Locale.ROOT, "%+.1f", 100 * (challenger - champion)));
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * fraction);
    }
}
