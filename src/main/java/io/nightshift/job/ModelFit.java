package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.engine.Network;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.EvaluationFile;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.evaluation.Metric;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.training.EpochTrainer;
import io.nightshift.training.TrainingLoop;
import io.nightshift.training.TrainingLoop.Outcome;
import io.nightshift.training.TrainingLoop.Validation;
import io.nightshift.training.TrainingMetrics;
import io.nightshift.training.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Trains a run's network on prepared data, calibrates and evaluates the best epoch's model, and writes all that. */
final class ModelFit {
    private final JobContext context;
    private final RunSession session;
    private final TrainingWorkers workers;
    private final ModelCard card;
    private final Settings settings;
    private final Evaluator evaluator;

    /** @param card of the network that is trained */
    ModelFit(JobContext context, RunSession session, TrainingWorkers workers, ModelCard card) {
        this.context = context;
        this.session = session;
        this.workers = workers;
        this.card = card;
        this.settings = context.settings();
        this.evaluator = workers.evaluator(settings);
    }

    /**
     * Trains, and goes on where an earlier process of this run has ended.
     *
     * @param start the network that the first epoch begins with
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     */
    FittedModel fit(PreparedData data, Network start) {
        Run run = session.run();
        Resumption resumption = Resumption.of(run, settings.train(), context.progress());
        TrainingProgress progress = TrainingMetrics.register(context.progress(), data.rejectedRows());
        EpochTrainer trainer = new EpochTrainer(
                workers.spark(), settings.train(), settings.augment(), card, workers.count(), workers.threads());
        Outcome outcome = new TrainingLoop(
                        settings.train(), card, trainer, network -> validate(network, data), run, progress)
                .train(resumption.checkpoint().orElse(Checkpoint.of(start)), data.training(), resumption.done());
        TrainedModel best = calibrate(ModelLoader.best(run), data);
        return new FittedModel(outcome, best, evaluate(best, data));
    }

    private Validation.Score validate(Network network, PreparedData data) {
        Optional<Examples> examples = data.validation();
        if (examples.isEmpty()) {
            return Validation.Score.NONE;
        }
        Evaluation evaluation = evaluate(TrainedModel.of(network, card), examples.get());
        return new Validation.Score(evaluation.value(Metric.LOSS), evaluation.value(Metric.ACCURACY));
    }

    /** Returns the model with the temperature that fits the validation rows, and writes it. Its predictions stay the same. */
    private TrainedModel calibrate(TrainedModel model, PreparedData data) {
        Optional<Examples> examples = data.validation();
        if (!settings.train().calibrate() || examples.isEmpty()) {
            return model;
        }
        double temperature = evaluate(model, examples.get()).temperature();
        TrainedModel calibrated = TrainedModel.of(model.network(), card.withTemperature(temperature));
        session.run().writeModel(calibrated.bytes());
        return calibrated;
    }

    private List<Evaluation> evaluate(TrainedModel best, PreparedData data) {
        List<Evaluation> evaluations = new ArrayList<>();
        for (Examples examples : data.examples().values()) {
            Evaluation evaluation =
                    evaluator.evaluate(best, session.run().modelUri(), examples, data.duplicates(examples));
            for (EvaluationFile file : EvaluationFile.of(evaluation)) {
                session.run().writeEvaluation(file.name(), file.content());
            }
            evaluations.add(evaluation);
        }
        return evaluations;
    }

    private Evaluation evaluate(TrainedModel model, Examples examples) {
        return evaluator.evaluate(model, session.run().modelUri(), examples);
    }
}
