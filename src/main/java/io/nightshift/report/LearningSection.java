package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Metric;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest.Training;
import java.util.List;

/**
 * The epochs, for the charts and for the table that replaces them without JavaScript.
 *
 * @param json      data of the charts that {@code report.js} draws
 * @param validated whether there is a validation loss
 */
record LearningSection(String json, List<Row> rows, boolean validated) {

    /** @param kept why the epoch's model was kept, in a word; empty where it was not */
    record Row(
            EpochMetrics metrics,
            Share validationAccuracy,
            String learningRate,
            long examplesPerSecond,
            String time,
            String kept) {}

    /**
     * The data of the charts; null where there is no number.
     *
     * @param kept the epoch whose model was kept; 0 for none
     */
    private record Chart(
            List<Integer> epochs,
            List<Double> trainLoss,
            List<Double> validationLoss,
            List<Double> validationAccuracy,
            int kept,
            String keptLabel,
            Double baseline,
            String majorityClass) {}

    /** @param training null until it has ended */
    static LearningSection of(List<EpochMetrics> epochs, Training training, List<SplitSection> results) {
        int kept = training == null ? 0 : training.bestEpoch();
        String why = training != null && training.wasChosen() ? "best" : "kept";
        SplitSection validation = results.stream()
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
                kept,
                why + " epoch",
                validation == null
                        ? null
                        : EmbeddedJson.number(validation.evaluation().value(Metric.MAJORITY_BASELINE)),
                validation == null ? null : validation.majorityClass());
        List<Row> rows = epochs.stream()
                .map(epoch -> new Row(
                        epoch,
                        new Share(epoch.validationAccuracy()),
                        PageFormat.learningRate(epoch.learningRate()),
                        Math.round(epoch.examplesPerSecond()),
                        PageFormat.seconds(epoch.seconds()),
                        epoch.epoch() == kept ? why : ""))
                .toList();
        return new LearningSection(EmbeddedJson.of(chart), rows, validated(epochs));
    }

    static boolean validated(List<EpochMetrics> epochs) {
        return epochs.stream().anyMatch(epoch -> Double.isFinite(epoch.validationLoss()));
    }
}
