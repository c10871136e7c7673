package io.nightshift.ml;

import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.run.EpochMetrics;
import java.util.List;
import java.util.Optional;

/**
 * How a training went, and how good its model is on the rows that it was given.
 *
 * @param classes     in label order
 * @param epochs      metrics of every epoch; validation metrics are NaN without rows to validate on
 * @param bestEpoch   number of the epoch whose weights the model has, from 1
 * @param evaluations of the model, by split ("training", "public_test", "private_test"), for each that has rows
 */
public record TrainingSummary(
        List<String> classes, List<EpochMetrics> epochs, int bestEpoch, List<Evaluation> evaluations) {

    /** Returns the evaluation on one split, if it has rows. */
    public Optional<Evaluation> on(String split) {
        return evaluations.stream()
                .filter(evaluation -> evaluation.split().equals(split))
                .findFirst();
    }

    /** Returns the evaluation on the rows that training was least able to learn: the last split that has rows. */
    public Evaluation last() {
        return evaluations.get(evaluations.size() - 1);
    }

    /** Returns the accuracy of {@link #last()}, in [0, 1]. */
    public double accuracy() {
        return last().value(Metric.ACCURACY);
    }

    /** Returns the mean training loss of each epoch, in nats. */
    public double[] lossHistory() {
        return epochs.stream().mapToDouble(EpochMetrics::trainLoss).toArray();
    }

    /** Returns the recall of each class on {@link #last()}, in label order. */
    public double[] recallByLabel() {
        return last().classes().stream().mapToDouble(ClassMetrics::recall).toArray();
    }

    /** Returns {@code confusion[actual][predicted]} counts on {@link #last()}. */
    public long[][] confusion() {
        return last().confusion();
    }
}
