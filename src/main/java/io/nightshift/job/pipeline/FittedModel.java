package io.nightshift.job.pipeline;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.model.TrainedModel;
import io.nightshift.report.Explanations;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import io.nightshift.training.TrainingLoop.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of a training.
 *
 * @param outcome      of the epochs
 * @param model        the kept epoch's, or the ensemble of the members' kept ones, as {@code model.zip} holds it
 * @param evaluations  of that model, one for each split that has rows
 * @param explanations of its labels, for the report
 */
public record FittedModel(
        Outcome outcome, TrainedModel model, List<Evaluation> evaluations, Explanations explanations) {

    public Optional<Evaluation> on(Split split) {
        return evaluations.stream()
                .filter(evaluation -> evaluation.split().equals(split.id()))
                .findFirst();
    }

    /** Summarises the training for the manifest. */
    public Manifest.Training summary() {
        EpochMetrics best = outcome.best();
        Optional<Evaluation> joined = model.card().isEnsemble() ? on(Split.PUBLIC_TEST) : Optional.empty();
        boolean validated = !Double.isNaN(best.validationAccuracy());
        return new Manifest.Training(
                outcome.epochs().size(),
                best.epoch(),
                outcome.bestBy(),
                validated ? joined.map(its -> its.value(Metric.LOSS)).orElse(best.validationLoss()) : null,
                validated ? joined.map(its -> its.value(Metric.ACCURACY)).orElse(best.validationAccuracy()) : null,
                on(Split.PRIVATE_TEST)
                        .map(evaluation -> evaluation.value(Metric.ACCURACY))
                        .orElse(null),
                model.card().isRefit() ? true : null);
    }
}
