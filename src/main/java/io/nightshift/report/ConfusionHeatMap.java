package io.nightshift.report;

import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A confusion matrix with each count's share of its row: of all sad faces, how many were predicted as each class.
 *
 * @param labels       the columns: predicted classes
 * @param mostConfused the largest shares off the diagonal, largest first
 */
record ConfusionHeatMap(List<String> labels, List<Row> rows, List<Confusion> mostConfused) {

    private static final int CONFUSIONS_SHOWN = 5;

    record Row(String actual, List<Cell> cells) {}

    /** @param right whether it is on the diagonal */
    record Cell(long count, Share share, boolean right) {}

    /** @param examples number of examples of the actual class */
    record Confusion(String actual, String predicted, long count, long examples, Share share) {}

    static ConfusionHeatMap of(Evaluation evaluation) {
        List<String> labels =
                evaluation.classes().stream().map(ClassMetrics::name).toList();
        List<Row> rows = new ArrayList<>();
        List<Confusion> confusions = new ArrayList<>();
        for (int actual = 0; actual < labels.size(); actual++) {
            long[] counts = evaluation.confusion()[actual];
            long examples = LongStream.of(counts).sum();
            List<Cell> cells = new ArrayList<>();
            for (int predicted = 0; predicted < counts.length; predicted++) {
                Share share = Share.of(counts[predicted], examples);
                cells.add(new Cell(counts[predicted], share, actual == predicted));
                if (actual != predicted && counts[predicted] > 0) {
                    confusions.add(new Confusion(
                            labels.get(actual), labels.get(predicted), counts[predicted], examples, share));
                }
            }
            rows.add(new Row(labels.get(actual), cells));
        }
        confusions.sort(Comparator.comparingDouble(
                        (Confusion confusion) -> confusion.share().fraction())
                .reversed());
        return new ConfusionHeatMap(
                labels, rows, confusions.stream().limit(CONFUSIONS_SHOWN).toList());
    }
}
