package io.nightshift.report;

import io.nightshift.run.Manifest.Comparison;
import io.nightshift.run.Manifest.Contender;
import io.nightshift.run.Manifest.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a retraining decided.
 *
 * @param decision   as a sentence
 * @param reasons    of a promotion, one line each; why a run was rejected stands above everything else
 * @param comparison null when there was no champion
 */
record VerdictSection(String decision, List<String> reasons, Duel comparison) {

    /**
     * Champion and challenger on the same rows.
     *
     * @param champion its run
     * @param rows     figure by figure
     */
    record Duel(
            String champion,
            String split,
            long examples,
            List<Row> rows,
            long onlyChallenger,
            long onlyChampion,
            String pValue,
            double significance) {}

    /** @param change of the challenger against the champion, with its sign */
    record Row(String figure, String champion, String challenger, String change) {}

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
                        : new Duel(
                                verdict.champion(),
                                compared.split().replace('_', ' '),
                                compared.examples(),
                                rows(compared, classes),
                                compared.onlyChallenger(),
                                compared.onlyChampion(),
                                compared.pValue() < 1e-4
                                        ? "< 0.0001"
                                        : String.format(Locale.ROOT, "= %.2g", compared.pValue()),
                                compared.significance()));
    }

    private static List<Row> rows(Comparison compared, List<String> classes) {
        Contender champion = compared.champion();
        Contender challenger = compared.challenger();
        List<Row> rows = new ArrayList<>(List.of(
                row("Accuracy", champion.accuracy(), challenger.accuracy()),
                row("Macro F1", champion.macroF1(), challenger.macroF1())));
        IntStream.range(0, champion.recall().size())
                .forEach(label -> rows.add(row(
                        "Recall of " + classes.get(label),
                        champion.recall().get(label),
                        challenger.recall().get(label))));
        return rows;
    }

    private static Row row(String figure, double champion, double challenger) {
        return new Row(
                figure,
                percent(champion),
                percent(challenger),
                String.format(Locale.ROOT, "%+.1f", 100 * (challenger - champion)));
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * fraction);
    }
}
