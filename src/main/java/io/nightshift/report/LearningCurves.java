package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Metric;
import io.nightshift.run.EpochMetrics;
import java.util.List;

/**
 * How training went, for the charts and for the table that stands in for them.
 *
 * @param json      what {@code report.js} draws
 * @param validated whether there is anything but the training loss
 * @param best      the epoch whose model was kept; 0 when the run did not come to that
 */
record LearningCurves(String json, List<Row> rows, boolean validated, int best) {

    record Row(
            EpochMetrics metrics,
            Share validationAccuracy,
            String learningRate,
            long examplesPerSecond,
            String time,
            boolean best) {}

    /** What the charts are drawn from; null where there is no number. */
    private record Chart(
            List<Integer> epochs,
            List<Double> trainLoss,
            List<Double> validationLoss,
            List<Double> validationAccuracy,
            Integer best,
            Double baseline,
            String majorityClass) {}

    static LearningCurves of(List<EpochMetrics> epochs, int best, List<SplitResult> results) {
        SplitResult validation = results.stream()
                .filter(result -> result.split() == Split.PUBLIC_TEST)
                .findFirst()
                .orElse(null);
        Chart chart = new Chart(
                epochs.stream().map(EpochMetrics::epoch).toList(),
                epochs.stream()
                        .map(epoch -> EmbeddedJson.number(epoch.trainLoss()))
                        .toList(),
                epochs.stream()
                        .map(epoch -> EmbeddedJson.number(epoch.validationLoss()))
                        .toList(),
                epochs.stream()
                        .map(epoch -> EmbeddedJson.number(epoch.validationAccuracy()))
                        .toList(),
                best,
                validation == null
                        ? null
                        : EmbeddedJson.number(validation.evaluation().value(Metric.MAJORITY_BASELINE)),
                validation == null ? null : validation.majorityClass());
        List<Row> rows = epochs.stream()
                .map(epoch -> new Row(
                        epoch,
                        new Share(epoch.validationAccuracy()),
                        Wording.learningRate(epoch.learningRate()),
                        Math.round(epoch.examplesPerSecond()),
                        Wording.seconds(epoch.seconds()),
                        epoch.epoch() == best))
                .toList();
        return new LearningCurves(EmbeddedJson.of(chart), rows, validated(epochs), best);
    }

    static boolean validated(List<EpochMetrics> epochs) {
        return epochs.stream().anyMatch(epoch -> Double.isFinite(epoch.validationLoss()));
    }
}
