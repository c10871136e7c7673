package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.demo.DemoData;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.run.Run;
import io.nightshift.spark.SparkStart;
import io.nightshift.spark.WorkerBackend;
import io.nightshift.store.Storage;
import io.nightshift.training.TrainingLoop.Outcome;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

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
    public record Result(Run run, Outcome outcome, List<Evaluation> evaluations) {}

    /**
     * Runs the job. However it ends, the run's manifest says so.
     *
     * @throws ConfigurationException                        if the run's name is taken, or the output place cannot be
     *                                                       written
     * @throws DataException                                 if the data cannot be used
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     * @throws io.nightshift.store.StorageException          if the output place fails later
     */
    public Result run() {
        WorkerBackend.chooseHere(settings, progress::note);
        RunSession open = RunSession.open("train", settings, storage, progress);
        try (Interruption interruption = Interruption.first(open::interrupted)) {
            if (drawsDemo) {
                progress.note("Drawing " + settings.demo().rows() + " demo faces into "
                        + settings.data().uri());
                DemoData.draw(storage, settings.data().uri(), settings.demo());
            }
            StartingNetwork start = new StartingNetwork(settings, storage);
            CsvReader.requireCsv(settings.data().uri(), SparkStart.hadoop(settings));
            progress.note("Starting Spark on " + settings.master());
            try (JavaSparkContext spark = SparkStart.context(settings)) {
                TrainingPipeline training = new TrainingPipeline(spark, settings, start, open, progress);
                training.read();
                TrainingPipeline.Trained trained = training.train(start.network(), () -> {});
                open.trained(trained.figures());
                open.succeeded(training.parts());
                return new Result(open.run(), trained.outcome(), trained.evaluations());
            }
        } catch (RuntimeException | Error e) {
            open.failed(e);
            throw e;
        }
    }
}
