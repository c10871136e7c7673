package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.data.CsvReader;
import io.nightshift.data.CsvReader.Fingerprint;
import io.nightshift.data.DataException;
import io.nightshift.data.Emotion;
import io.nightshift.data.Examples;
import io.nightshift.data.MiniBatch;
import io.nightshift.data.Rows;
import io.nightshift.data.Split;
import io.nightshift.evaluate.Evaluation;
import io.nightshift.evaluate.Evaluator;
import io.nightshift.model.Architecture;
import io.nightshift.report.RejectedSample;
import io.nightshift.store.EpochMetrics;
import io.nightshift.store.Manifest;
import io.nightshift.store.Run;
import io.nightshift.store.Storage;
import io.nightshift.train.EpochTrainer;
import io.nightshift.train.TrainingLoop;
import io.nightshift.train.TrainingLoop.Outcome;
import io.nightshift.train.TrainingLoop.Validation;
import io.nightshift.train.TrainingMetrics;
import io.nightshift.train.TrainingProgress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Adam;

/** The main job: CSV, RDDs of DataSets by usage, a CNN by parameter averaging, checkpoints, model, evaluation, report. */
public final class TrainJob {
    private final Settings settings;
    private final boolean drawsDemo;
    private final Storage storage;
    private final JobProgress progress;

    /** A job that draws demo faces and reads them when the settings name no data. */
    public TrainJob(Settings settings, JobProgress progress) {
        this.drawsDemo = settings.data().isDemo();
        this.settings = drawsDemo ? settings.withDataUri(DemoData.uri(settings)) : settings;
        this.storage = new Storage(SparkStart.hadoop(settings));
        this.progress = progress;
    }

    /**
     * What the job came to.
     *
     * @param run         where everything is
     * @param outcome     of the training
     * @param evaluations of the best epoch's model, one for each split that has rows
     */
    public record Result(Run run, Outcome outcome, List<Evaluation> evaluations) {
    }

    /**
     * Runs the job. However it ends, the run's manifest says so.
     *
     * @throws ConfigurationException                        if the run's name is taken, or the output place cannot be
     *                                                       written
     * @throws DataException                                 if the data cannot be used
     * @throws io.nightshift.train.TrainingDivergedException if the loss becomes NaN or infinite
     * @throws io.nightshift.store.StorageException          if the output place fails later
     */
    public Result run() {
        WorkerBackend.chooseHere(settings, progress);
        OpenRun open = OpenRun.open("train", settings, storage, progress);
        try (Interruption interruption = new Interruption(open::interrupted)) {
            if (drawsDemo) {
                progress.note("Drawing " + settings.demo().rows() + " demo faces into " + settings.data().uri());
                DemoData.draw(storage, settings.data().uri(), settings.demo());
            }
            CsvReader.requireCsv(settings.data().uri(), SparkStart.hadoop(settings));
            progress.note("Starting Spark on " + settings.master());
            try (JavaSparkContext spark = SparkStart.context(settings)) {
                return train(spark, open);
            }
        } catch (RuntimeException | Error e) {
            open.failed(e);
            throw e;
        }
    }

    private Result train(JavaSparkContext spark, OpenRun open) {
        Run run = open.run();
        int workers = SparkStart.workers(spark, settings);
        int threads = SparkStart.threads(spark, settings);

        run.writeManifest(run.manifest().computedOn(WorkerBackend.ofExecutors(spark, settings, workers, progress)));
        ReportParts parts = new ReportParts();
        Map<Split, Examples> examples = read(spark, open, workers, parts);
        TrainingProgress measured = TrainingMetrics.register(progress, run.manifest().data().rows().rejected());

        MultiLayerNetwork network = open.done().isEmpty() ? freshNetwork() : ModelAt.checkpoint(run, open.done());
        Evaluator evaluator = new Evaluator(spark, threads, settings.evaluate().mistakes());
        EpochTrainer trainer = new EpochTrainer(spark, settings.train(), workers, threads);
        Outcome outcome = new TrainingLoop(settings.train(), trainer, validation(evaluator, run, examples), run, measured)
                .train(network, examples.get(Split.TRAINING), open.done());

        MultiLayerNetwork best = ModelAt.best(run);
        List<Evaluation> evaluations = new ArrayList<>();
        for (Examples split : examples.values()) {
            Evaluation evaluation = evaluator.evaluate(best, run.modelUri(), split);
            for (EvaluationFile file : EvaluationFile.of(evaluation)) {
                run.writeEvaluation(file.name(), file.content());
            }
            evaluations.add(evaluation);
        }
        parts.trained(outcome.epochs(), evaluations);
        open.succeeded(training(outcome, evaluations), parts);
        return new Result(run, outcome, evaluations);
    }

    /** The CSV's rows by usage, in Spark's memory; what is rejected is written down before it can end the run. */
    private Map<Split, Examples> read(JavaSparkContext spark, OpenRun open, int workers, ReportParts parts) {
        String uri = settings.data().uri();
        progress.note("Reading " + uri);
        spark.setJobDescription("reading " + uri);
        // Hashed beside the parsing: both read the whole file.
        CompletableFuture<Fingerprint> fingerprint =
                CompletableFuture.supplyAsync(() -> Fingerprint.of(uri, spark.hadoopConfiguration()));
        try (Rows rows = new CsvReader(spark).read(uri)) {
            List<RejectedSample> rejected = RejectedRows.write(rows, open.run());
            open.data(data(rows, read(fingerprint)));
            rows.requireUsable(settings.data().maxBadFraction());
            if (rows.used(Split.TRAINING) == 0) {
                throw new DataException(uri + " has no row with the usage " + Split.TRAINING.usage()
                        + ", so there is nothing to train on; check the column Usage");
            }
            Map<Split, Examples> examples = new EnumMap<>(Split.class);
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
            parts.read(examples, rejected);
            progress.note(rows.read() + " rows: " + rows.used() + " used, " + rows.rejected() + " rejected");
            return examples;
        }
    }

    private static Fingerprint read(CompletableFuture<Fingerprint> fingerprint) {
        try {
            return fingerprint.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof DataException unreadable ? unreadable : e;
        }
    }

    private MultiLayerNetwork freshNetwork() {
        return Architecture.of(settings.model().architecture()).network(MiniBatch.SIDE, Emotion.COUNT,
                settings.train().seed(), new Adam(settings.train().learningRate()));
    }

    private static Validation validation(Evaluator evaluator, Run run, Map<Split, Examples> examples) {
        Examples validated = examples.get(Split.PUBLIC_TEST);
        if (validated == null) {
            return network -> Validation.Score.NONE;
        }
        return network -> {
            Evaluation evaluation = evaluator.evaluate(network, run.modelUri(), validated);
            return new Validation.Score(evaluation.loss(), evaluation.accuracy());
        };
    }

    private Manifest.Data data(Rows rows, Fingerprint fingerprint) {
        Map<String, Long> usedBySplit = new LinkedHashMap<>();
        for (Split split : Split.values()) {
            usedBySplit.put(split.id(), rows.used(split));
        }
        return new Manifest.Data(settings.data().uri(), fingerprint.bytes(), fingerprint.sha256(),
                new Manifest.Rows(rows.read(), rows.used(), rows.rejected()), usedBySplit, rows.rejectedByReason());
    }

    private static Manifest.Training training(Outcome outcome, List<Evaluation> evaluations) {
        EpochMetrics best = outcome.best();
        Double testAccuracy = evaluations.stream()
                .filter(evaluation -> evaluation.split().equals(Split.PRIVATE_TEST.id()))
                .map(Evaluation::accuracy).findFirst().orElse(null);
        boolean validated = !Double.isNaN(best.validationAccuracy());
        return new Manifest.Training(outcome.epochs().size(), best.epoch(), validated ? best.validationLoss() : null,
                validated ? best.validationAccuracy() : null, testAccuracy);
    }
}
