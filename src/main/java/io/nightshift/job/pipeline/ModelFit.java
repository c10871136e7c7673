package io.nightshift.job.pipeline;

import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.engine.Network;
import io.nightshift.engine.execution.Computation;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.EvaluationFile;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.evaluation.Metric;
import io.nightshift.job.context.JobContext;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.ensemble.Ensemble;
import io.nightshift.model.ensemble.Ensemble.Member;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelProvenance;
import io.nightshift.model.io.ModelProvenance.Measured;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Provenance;
import io.nightshift.run.Run;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.training.EpochTrainer;
import io.nightshift.training.TrainingLoop;
import io.nightshift.training.TrainingLoop.Outcome;
import io.nightshift.training.TrainingLoop.Validation;
import io.nightshift.training.TrainingMetrics;
import io.nightshift.training.TrainingProgress;
import io.nightshift.training.averaging.WorkerGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains a run's network on prepared data, calibrates and evaluates the kept epoch's model, and writes all that. */
final class ModelFit {
    private final JobContext context;
    private final RunSession session;
    private final TrainingWorkers workers;
    private final Computation computation;
    private final StartingNetwork start;
    private final ModelCard card;
    private final Settings settings;
    private final Evaluator evaluator;

    /**
     * @param computation of the workers' steps
     * @param start       the network that is trained, and what teaches it
     */
    ModelFit(
            JobContext context,
            RunSession session,
            TrainingWorkers workers,
            Computation computation,
            StartingNetwork start) {
        this.context = context;
        this.session = session;
        this.workers = workers;
        this.computation = computation;
        this.start = start;
        this.settings = context.settings();
        // Checkpoints are marked too: they are models that can be evaluated.
        this.card = settings.train().refit() ? start.card().withProvenance(ModelProvenance.ofRefit()) : start.card();
        this.evaluator = workers.evaluator(settings);
    }

    /**
     * Trains the members, and goes on where an earlier process of this run has ended.
     *
     * @param starts the networks that their first epochs begin with
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     */
    FittedModel fit(PreparedData data, List<Network> starts) {
        Resumption resumption = Resumption.of(session.run(), settings.train(), context.progress());
        TrainingProgress progress = TrainingMetrics.register(context.progress(), data.rejectedRows());
        List<EpochMetrics> epochs = new ArrayList<>();
        List<EpochMetrics> kept = new ArrayList<>();
        for (int member = 0; member < starts.size(); member++) {
            TrainSettings its = settings.train().ofMember(member);
            if (starts.size() > 1) {
                context.note("Member " + (member + 1) + " of " + starts.size() + ", with seed " + its.seed());
            }
            Outcome outcome = loop(its, data, progress)
                    .train(
                            resumption.start(member, starts.get(member)),
                            data.training(),
                            resumption.of(member),
                            List.copyOf(epochs));
            epochs.addAll(outcome.epochs());
            kept.add(outcome.best());
        }
        return publish(TrainingLoop.outcome(settings.train(), epochs, kept), trained(kept), data);
    }

    private TrainingLoop loop(TrainSettings train, PreparedData data, TrainingProgress progress) {
        EpochTrainer trainer = new EpochTrainer(
                workers.spark(),
                train,
                settings.augment(),
                card,
                start.teacher(),
                new WorkerGroup(workers.count(), workers.threads(), computation));
        return new TrainingLoop(train, card, trainer, network -> validate(network, data), session.run(), progress);
    }

    /** Returns the kept epoch's model, or the ensemble of the members' kept ones. */
    private TrainedModel trained(List<EpochMetrics> kept) {
        Run run = session.run();
        if (kept.size() == 1) {
            return ModelLoader.best(run);
        }
        List<Member> members = new ArrayList<>();
        for (EpochMetrics epoch : kept) {
            String uri = run.checkpointUri(epoch.epoch());
            byte[] content = run.wholeCheckpoint(epoch.epoch())
                    .orElseThrow(() -> StorageException.of(
                            uri + " is missing or damaged since it was written; go on with --resume"));
            members.add(new Member(uri, ModelLoader.whole(content, uri), Storage.sha256(content)));
        }
        return Ensemble.of(members);
    }

    /**
     * Calibrates and evaluates the trained model, and writes it: once, with the measured accuracies in its card,
     * over the uncalibrated model of the training.
     */
    private FittedModel publish(Outcome outcome, TrainedModel trained, PreparedData data) {
        Run run = session.run();
        Network network = trained.network();
        ModelCard calibrated = trained.card().withTemperature(temperature(trained, data));
        List<Evaluation> evaluations = evaluate(TrainedModel.of(network, calibrated), data);
        TrainedModel model =
                TrainedModel.of(network, calibrated.withProvenance(provenance(evaluations, trained.card())));
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
        return new FittedModel(
                outcome,
                model,
                named,
                ModelExplanation.of(
                        model, named, data.examples().values(), settings.train().seed()));
    }

    private ModelProvenance provenance(List<Evaluation> evaluations, ModelCard trained) {
        Map<String, Double> accuracy = new LinkedHashMap<>();
        evaluations.forEach(evaluation -> accuracy.put(evaluation.split(), evaluation.value(Metric.ACCURACY)));
        ModelProvenance made = Provenance.ofModel(
                session.run().manifest(),
                settings.resolved(),
                new Measured(
                        accuracy, settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE)));
        made = settings.train().refit() ? made.asRefit() : made;
        return trained.isEnsemble() ? made.withMembers(trained.provenance().members()) : made;
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
    private double temperature(TrainedModel trained, PreparedData data) {
        Optional<Examples> examples = data.validation();
        return settings.train().calibrate() && examples.isPresent()
                ? evaluate(trained, examples.get()).temperature()
                : trained.card().temperature();
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
