package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.evaluation.Duplicates;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.EvaluationFile;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import io.nightshift.report.RejectedSample;
import io.nightshift.report.ReportParts;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.spark.SparkStart;
import io.nightshift.spark.WorkerBackend;
import io.nightshift.training.EpochTrainer;
import io.nightshift.training.TrainingLoop;
import io.nightshift.training.TrainingLoop.Outcome;
import io.nightshift.training.TrainingLoop.Validation;
import io.nightshift.training.TrainingMetrics;
import io.nightshift.training.TrainingProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;

/** One run's way from the CSV to an evaluated model, on Spark: what all jobs that train have in common. */
final class TrainingPipeline {
    private final JavaSparkContext spark;
    private final Settings settings;
    private final RunSession open;
    private final JobProgress progress;
    private final int workers;
    private final int threads;
    private final Evaluator evaluator;
    private final Schema schema;
    private final ModelCard card;
    private final ReportParts parts = new ReportParts();
    private final Map<Split, Examples> examples = new EnumMap<>(Split.class);
    private final Map<Split, Duplicates> duplicates = new EnumMap<>(Split.class);

    /**
     * For one run.
     *
     * @param start what is trained, which says what rows mean
     */
    TrainingPipeline(
            JavaSparkContext spark, Settings settings, StartingNetwork start, RunSession open, JobProgress progress) {
        this.spark = spark;
        this.settings = settings;
        this.open = open;
        this.progress = progress;
        this.workers = SparkStart.trainingWorkers(spark, settings);
        this.threads = SparkStart.threads(spark, settings, workers);
        this.evaluator = new Evaluator(spark, threads, settings.evaluate());
        this.schema = start.schema();
        this.card = start.card();
        Run run = open.run();
        run.writeManifest(
                run.manifest().computedOn(WorkerBackend.ofExecutors(spark, settings, workers, progress::note)));
    }

    /**
     * What came out.
     *
     * @param outcome     of the epochs
     * @param evaluations of the best epoch's model, one for each split that has rows
     */
    record Trained(Outcome outcome, List<Evaluation> evaluations) {
        /** As the manifest has it. */
        Manifest.Training figures() {
            EpochMetrics best = outcome.best();
            Double testAccuracy =
                    on(Split.PRIVATE_TEST).map(Evaluation::accuracy).orElse(null);
            boolean validated = !Double.isNaN(best.validationAccuracy());
            return new Manifest.Training(
                    outcome.epochs().size(),
                    best.epoch(),
                    validated ? best.validationLoss() : null,
                    validated ? best.validationAccuracy() : null,
                    testAccuracy);
        }

        Optional<Evaluation> on(Split split) {
            return evaluations.stream()
                    .filter(evaluation -> evaluation.split().equals(split.id()))
                    .findFirst();
        }
    }

    /**
     * Reads the CSV into Spark's memory by usage; what is rejected is written down before it can end the run.
     *
     * @throws DataException if it cannot be used
     */
    Map<Split, Examples> read() {
        String uri = settings.data().uri();
        progress.note("Reading " + uri);
        spark.setJobDescription("reading " + uri);
        // Hashed beside the parsing: both read the whole file.
        CompletableFuture<Fingerprint> fingerprint =
                CompletableFuture.supplyAsync(() -> Fingerprint.of(uri, spark.hadoopConfiguration()));
        try (Rows rows = new CsvReader(spark, schema).read(uri)) {
            List<RejectedSample> rejected = RejectedRows.write(rows, open.run());
            open.data(data(rows, read(fingerprint)));
            rows.requireUsable(settings.data().maxBadFraction());
            if (rows.used(Split.TRAINING) == 0) {
                throw new DataException(uri + " has no row with the usage " + Split.TRAINING.usage()
                        + ", so there is nothing to train on; check the column Usage");
            }
            for (Split split : Split.values()) {
                if (rows.used(split) > 0) {
                    examples.put(split, rows.examples(split, settings.evaluate().batchSize(), workers));
                } else {
                    progress.note(uri + " has no row with the usage " + split.usage()
                            + (split == Split.PUBLIC_TEST
                                    ? ": nothing to validate on, so every epoch is trained and the last one is kept"
                                    : ": nothing to report a final figure on"));
                }
            }
            findDuplicates();
            parts.read(schema.classes(), examples, rejected);
            progress.note(rows.read() + " rows: " + rows.used() + " used, " + rows.rejected() + " rejected");
            return examples;
        }
    }

    private void findDuplicates() {
        int distance = settings.data().duplicateDistance();
        Examples training = examples.get(Split.TRAINING);
        BitSet trained = new BitSet();
        for (Split split : examples.keySet()) {
            if (split != Split.TRAINING && distance >= 0) {
                Duplicates found = Duplicates.between(training, examples.get(split), distance);
                duplicates.put(split, found);
                trained.or(found.trained());
                progress.note(found.tested().cardinality() + " images of " + split.id()
                        + " stand in training too, the same or nearly");
            }
        }
        if (settings.data().dropDuplicates() && !trained.isEmpty()) {
            examples.put(Split.TRAINING, training.without(trained, workers));
            progress.note(trained.cardinality() + " images are left out of training (data.drop-duplicates)");
        }
    }

    private static Fingerprint read(CompletableFuture<Fingerprint> fingerprint) {
        try {
            return fingerprint.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof DataException unreadable ? unreadable : e;
        }
    }

    private Manifest.Data data(Rows rows, Fingerprint fingerprint) {
        Map<String, Long> usedBySplit = new LinkedHashMap<>();
        Map<String, List<Long>> classesBySplit = new LinkedHashMap<>();
        for (Split split : Split.values()) {
            usedBySplit.put(split.id(), rows.used(split));
            classesBySplit.put(
                    split.id(), Arrays.stream(rows.classCounts(split)).boxed().toList());
        }
        return new Manifest.Data(
                settings.data().uri(),
                fingerprint.bytes(),
                fingerprint.sha256(),
                new Manifest.Rows(rows.read(), rows.used(), rows.rejected()),
                usedBySplit,
                rows.rejectedByReason(),
                classesBySplit,
                rows.pixelMean(),
                rows.pixelDeviation());
    }

    /**
     * Trains on what was read, goes on where an earlier process of this run has ended, and evaluates the best epoch's model.
     *
     * @param start       the network that the first epoch begins with
     * @param beforeSaved called before each checkpoint; what it throws ends the training
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     */
    Trained train(Model start, Runnable beforeSaved) {
        Run run = open.run();
        Resumption resumption = Resumption.of(run, settings.train(), progress);
        TrainingProgress measured =
                TrainingMetrics.register(progress, run.manifest().data().rows().rejected());
        EpochTrainer trainer = new EpochTrainer(spark, settings.train(), settings.augment(), card, workers, threads);
        Validation validation = network -> {
            beforeSaved.run();
            return validate(network);
        };
        Outcome outcome = new TrainingLoop(settings.train(), card, trainer, validation, run, measured)
                .train(
                        resumption.checkpoint().orElse(Checkpoint.of(start)),
                        examples.get(Split.TRAINING),
                        resumption.done());

        TrainedModel best = calibrated(ModelLoader.best(run));
        List<Evaluation> evaluations = new ArrayList<>();
        for (Examples split : examples.values()) {
            Evaluation evaluation =
                    evaluator.evaluate(best, run.modelUri(), split, Optional.ofNullable(duplicates.get(split.split())));
            for (EvaluationFile file : EvaluationFile.of(evaluation)) {
                run.writeEvaluation(file.name(), file.content());
            }
            evaluations.add(evaluation);
        }
        parts.trained(outcome.epochs(), evaluations);
        return new Trained(outcome, evaluations);
    }

    /** The model with the temperature that fits the validation rows, in its file too. Its predictions stay the same. */
    private TrainedModel calibrated(TrainedModel model) {
        Examples validated = examples.get(Split.PUBLIC_TEST);
        if (!settings.train().calibrate() || validated == null) {
            return model;
        }
        double temperature =
                evaluator.evaluate(model, open.run().modelUri(), validated).temperature();
        TrainedModel calibrated = TrainedModel.of(model.network(), card.withTemperature(temperature));
        open.run().writeModel(calibrated.bytes());
        return calibrated;
    }

    private Validation.Score validate(Model network) {
        Examples validated = examples.get(Split.PUBLIC_TEST);
        if (validated == null) {
            return Validation.Score.NONE;
        }
        Evaluation evaluation =
                evaluator.evaluate(TrainedModel.of(network, card), open.run().modelUri(), validated);
        return new Validation.Score(evaluation.loss(), evaluation.accuracy());
    }

    Evaluator evaluator() {
        return evaluator;
    }

    /** What the report is made of. */
    ReportParts parts() {
        return parts;
    }
}
