package io.nightshift.job.prediction;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.csv.CsvLayout;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.context.PeriodicTask;
import io.nightshift.model.TrainedModel;
import io.nightshift.run.ChosenDetector;
import io.nightshift.run.LoadedModel;
import io.nightshift.scoring.ScorePlan;
import io.nightshift.scoring.ScoreTask;
import io.nightshift.scoring.ScoreTotals;
import io.nightshift.spark.SparkStart;
import io.nightshift.store.Storage;
import io.nightshift.store.StoragePath;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** Scores all faces on the images of a folder, or all rows of a CSV, on Spark; writes JSON lines or Parquet, in parts. */
public final class ScoreJob {
    private static final String SUCCESS = "_SUCCESS";
    /** More tasks would end at the same time more evenly, but each loads the network anew. */
    private static final int TASKS_PER_WORKER = 2;

    private final Settings settings;
    private final JobProgress progress;

    public ScoreJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Scores the parts that do not exist yet.
     *
     * @param wholeImages whether each image is one face; rows of a CSV always are
     * @return the counts of the parts that this call has scored
     * @throws ConfigurationException if the output is no folder
     * @throws DataException          if there is nothing to score, or none of it could be read
     */
    public ScoreTotals run(String modelUri, String input, String output, boolean wholeImages) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            Storage storage = context.storage();
            OutputFile.requireFolder(storage, "--output", output);
            LoadedModel loaded = context.model(modelUri);
            TrainedModel model = loaded.model();
            String modelId = loaded.sha256();
            ChosenDetector detector = context.faceDetector();
            boolean folder = storage.status(StoragePath.of(input))
                    .map(FileStatus::isDirectory)
                    .orElseThrow(() -> new DataException("--input " + input
                            + " does not exist; name a folder of images, or a CSV in the FER2013 format"));
            Schema schema = folder ? Schema.FER2013 : schema(input, model, context);
            JavaSparkContext spark = context.spark();
            int workers = SparkStart.workers(spark, settings);
            LongAccumulator done = spark.sc().longAccumulator("images");
            ScoreTask task = new ScoreTask(
                    detector.settings(),
                    settings.image(),
                    settings.score(),
                    settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE),
                    schema,
                    wholeImages,
                    SparkStart.threads(spark, settings, workers),
                    modelId,
                    input,
                    output,
                    spark.broadcast(model.bytes()),
                    spark.broadcast(detector.content()),
                    new SerializableConfiguration(spark.hadoopConfiguration()),
                    done);
            Output to =
                    new Output(context, StoragePath.of(output), scored(input, modelId, wholeImages, detector), done);
            int tasks = TASKS_PER_WORKER * workers;
            ScoreTotals totals =
                    folder ? scoreFolder(task, StoragePath.of(input), to, tasks) : scoreRows(task, input, to, tasks);
            storage.write(new Path(output, SUCCESS), SUCCESS, new byte[0]);
            return totals;
        }
    }

    /** Returns the classes of the model, which the rows of a CSV may have as labels, and the size of its images. */
    private Schema schema(String input, TrainedModel model, JobContext context) {
        return Schema.of(
                settings.data(),
                () -> model.card().classes(),
                () -> CsvReader.head(input, context.hadoop(), CsvLayout.of(settings.data()))
                        .side()
                        .orElse(Emotion.SIDE));
    }

    /**
     * Where the scores go.
     *
     * @param folder of the parts
     * @param scored names all that the scores depend on
     * @param done   counts the images that the tasks have scored
     */
    private record Output(JobContext context, Path folder, String scored, LongAccumulator done) {
        /** Returns the plan of an earlier, interrupted job, or writes a new one. */
        ScorePlan plan(Supplier<ScorePlan> fresh) {
            return ScorePlan.existing(context.storage(), folder, scored).orElseGet(() -> {
                ScorePlan plan = fresh.get();
                plan.write(context.storage(), folder);
                return plan;
            });
        }
    }

    private ScoreTotals scoreFolder(ScoreTask task, Path input, Output to, int tasks) {
        ScorePlan plan = to.plan(() -> ScorePlan.ofFolder(
                to.context().storage(),
                to.context().hadoop(),
                input,
                to.folder(),
                to.scored(),
                settings.score().imagesPerPart(),
                progress::note));
        List<Integer> missing = missing(plan, to);
        JavaRDD<Integer> parts =
                to.context().spark().parallelize(missing, Math.max(1, Math.min(tasks, missing.size())));
        return sum(parts.mapPartitions(task::files), plan, missing, to.done());
    }

    private ScoreTotals scoreRows(ScoreTask task, String input, Output to, int tasks) {
        int perPart = settings.score().imagesPerPart();
        try (Rows rows =
                new CsvReader(to.context().spark(), CsvLayout.of(settings.data()), task.schema()).read(input)) {
            ScorePlan plan = to.plan(() -> new ScorePlan(to.scored(), parts(rows.read()), rows.read()));
            List<Integer> missing = missing(plan, to);
            Set<Integer> wanted = new HashSet<>(missing);
            return sum(
                    rows.byPosition()
                            .filter(row -> wanted.contains((int) (row._1() / perPart)))
                            .repartitionAndSortWithinPartitions(new ByPart(perPart, tasks))
                            .mapPartitions(task::rows),
                    plan,
                    missing,
                    to.done());
        }
    }

    /** Names all that the scores depend on. */
    private String scored(String input, String modelId, boolean wholeImages, ChosenDetector detector) {
        return String.join(
                " ",
                input,
                "model=" + modelId,
                "whole-image=" + wholeImages,
                detector.settings().toString(),
                "detector-file=" + Storage.sha256(detector.content()),
                settings.image().toString(),
                "parts=" + settings.score().imagesPerPart(),
                "format=" + settings.score().format().ending(),
                settings.evaluate()
                        .testTimeAugmentation()
                        .orElse(TestTimeAugmentation.NONE)
                        .toString());
    }

    private int parts(long images) {
        int perPart = settings.score().imagesPerPart();
        return (int) ((images + perPart - 1) / perPart);
    }

    private List<Integer> missing(ScorePlan plan, Output to) {
        List<Integer> missing = plan.missing(
                to.context().hadoop(), to.folder(), settings.score().format());
        progress.note(plan.images() + " images in " + plan.parts() + " parts"
                + (missing.size() < plan.parts()
                        ? ", of which " + (plan.parts() - missing.size()) + " are scored already"
                        : ""));
        return missing;
    }

    private ScoreTotals sum(JavaRDD<ScoreTotals> tasks, ScorePlan plan, List<Integer> missing, LongAccumulator done) {
        if (missing.isEmpty()) {
            return ScoreTotals.NONE;
        }
        long begin = System.nanoTime();
        long expected =
                Math.min(plan.images(), (long) missing.size() * settings.score().imagesPerPart());
        ScoreTotals totals;
        try (PeriodicTask ticker =
                new PeriodicTask(Duration.ofSeconds(15), () -> progress.note(speed(done.value(), expected, begin)))) {
            totals = tasks.collect().stream().reduce(ScoreTotals.NONE, ScoreTotals::plus);
        }
        progress.note(speed(totals.images(), totals.images(), begin));
        if (totals.unreadable() == totals.images() && missing.size() == plan.parts()) {
            throw new DataException(
                    "none of " + totals.images() + " images could be read; the lines of the output say why");
        }
        return totals;
    }

    private static String speed(long images, long expected, long begin) {
        double perSecond = images * 1e9 / (System.nanoTime() - begin);
        return String.format(Locale.ROOT, "%d of %d images, %.0f images/s", images, expected, perSecond);
    }

    /** Sends all rows of a part to the same task. */
    private static final class ByPart extends Partitioner {
        private final int perPart;
        private final int partitions;

        ByPart(int perPart, int partitions) {
            this.perPart = perPart;
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object row) {
            return (int) ((Long) row / perPart % partitions);
        }
    }
}
