package io.nightshift.job.pipeline;

import io.nightshift.config.Settings;
import io.nightshift.config.TestTimeAugmentation;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.engine.Network;
import io.nightshift.engine.execution.Computation;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.EvaluationFile;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.evaluation.Metric;
import io.nightshift.job.context.JobContext;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelProvenance;
import io.nightshift.model.io.ModelProvenance.Measured;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Provenance;
import io.nightshift.run.Run;
import io.nightshift.training.EpochTrainer;
import io.nightshift.training.TrainingLoop;
import io.nightshift.training.TrainingLoop.Outcome;
import io.nightshift.training.TrainingLoop.Validation;
import io.nightshift.training.TrainingMetrics;
import io.nightshift.training.TrainingProgress;
import io.nightshift.training.averaging.WorkerGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains a run's network on prepared data, calibrates and evaluates the best epoch's model, and writes all that. */
final class ModelFit {
    private final JobContext context;
    private final RunSession session;
    private final TrainingWorkers workers;
    private final Computation computation;
    private final ModelCard card;
    private final Settings settings;
    private final Evaluator evaluator;

    /**
     * @param computation of the workers' steps
     * @param card        of the network that is trained
     */
    ModelFit(JobContext context, RunSession session, TrainingWorkers workers, Computation computation, ModelCard card) {
        this.context = context;
        this.session = session;
        this.workers = workers;
        this.computation = computation;
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
                workers.spark(),
                settings.train(),
                settings.augment(),
                card,
                new WorkerGroup(workers.count(), workers.threads(), computation));
        Outcome outcome = new TrainingLoop(
                        settings.train(), card, trainer, network -> validate(network, data), run, progress)
                .train(resumption.checkpoint().orElse(Checkpoint.of(start)), data.training(), resumption.done());
        return publish(outcome, data);
    }

    /**
     * Calibrates and evaluates the best epoch's model, and writes it: once, with the measured accuracies in its card,
     * over the uncalibrated model of the training.
     */
    private FittedModel publish(Outcome outcome, PreparedData data) {
        Run run = session.run();
        Network network = ModelLoader.best(run).network();
        ModelCard calibrated = card.withTemperature(temperature(network, data));
        List<Evaluation> evaluations = evaluate(TrainedModel.of(network, calibrated), data);
        TrainedModel model = TrainedModel.of(network, calibrated.withProvenance(provenance(evaluations)));
        run.writeModel(model.bytes());
        String sha256 = run.model().orElseThrow().sha256();
        List<Evaluation> named = evaluations.stream()
                .map(evaluation -> evaluation.ofFile(run.runId(), sha256))
                .toList();
        for (Evaluation evaluation : named) {
            for (EvaluationFile file : EvaluationFile.of(evaluation)) {
                run.writeEvaluation(file.name(), file.content());
            }
        }
        return new FittedModel(outcome, model, named);
    }

    private ModelProvenance provenance(List<Evaluation> evaluations) {
        Map<String, Double> accuracy = new LinkedHashMap<>();
        evaluations.forEach(evaluation -> accuracy.put(evaluation.split(), evaluation.value(Metric.ACCURACY)));
        return Provenance.ofModel(
                session.run().manifest(),
                settings.resolved(),
                new Measured(
                        accuracy, settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE)));
    }

    private Validation.Score validate(Network network, PreparedData data) {
        Optional<Examples> examples = data.validation();
        if (examples.isEmpty()) {
            return Validation.Score.NONE;
        }
        Evaluation evaluation = evaluate(TrainedModel.of(network, card), examples.get());
        return new Validation.Score(evaluation.value(Metric.LOSS), evaluation.value(Metric.ACCURACY));
    }

    /** Returns the temperature with the least loss on the validation rows; the predictions stay the same. */
    private double temperature(Network network, PreparedData data) {
        Optional<Examples> examples = data.validation();
        return settings.train().calibrate() && examples.isPresent()
                ? evaluate(TrainedModel.of(network, card), examples.get()).temperature()
                : card.temperature();
    }

    private List<Evaluation> evaluate(TrainedModel model, PreparedData data) {
        return data.examples().values().stream()
                .map(examples ->
                        evaluator.evaluate(model, session.run().modelUri(), examples, data.duplicates(examples)))
                .toList();
    }

    private Evaluation evaluate(TrainedModel model, Examples examples) {
        return evaluator.evaluate(model, session.run().modelUri(), examples);
    }
}
