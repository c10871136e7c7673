package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.evaluation.Duplicates;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.EvaluationFile;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.run.LoadedModel;
import io.nightshift.spark.SparkStart;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Evaluates a saved model on one split of a CSV or a folder of images. */
public final class EvaluateJob {
    private final Settings settings;
    private final JobProgress progress;

    public EvaluateJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Evaluates, and writes the files of the evaluation if an output is given.
     *
     * @param output folder for {@code <split>.json} and {@code <split>-confusion.csv}, if they are wanted
     * @throws ConfigurationException if the output is no folder, or the model has other classes than the data
     * @throws DataException          if the data cannot be used
     */
    public Evaluation run(String modelUri, Split split, Optional<String> output) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            output.ifPresent(folder -> OutputFile.requireFolder(context.storage(), "--output", folder));
            ExampleSource source = ExampleSource.of(settings, context.hadoop());
            LoadedModel loaded = context.model(modelUri);
            TrainedModel model = loaded.model();
            Schema schema = schema(model, modelUri, source);
            Evaluation evaluation = evaluate(context.spark(), model, modelUri, source, schema, split)
                    .ofFile(model.card().runId().orElse(null), loaded.sha256());
            output.ifPresent(folder -> {
                for (EvaluationFile file : EvaluationFile.of(evaluation)) {
                    context.storage().write(new Path(folder, file.name()), file.name(), file.content());
                }
            });
            return evaluation;
        }
    }

    /** Returns the classes of the rows, which must be those of the model. */
    private Schema schema(TrainedModel model, String modelUri, ExampleSource source) {
        Schema schema = Schema.of(settings.data(), () -> model.card().classes(), source::side);
        if (!schema.classes().equals(model.card().classes())) {
            throw new ConfigurationException("data.classes = " + String.join(",", schema.classes()) + ", and the model "
                    + modelUri + " knows " + String.join(",", model.card().classes())
                    + ": leave data.classes out, or name another model");
        }
        return schema;
    }

    private Evaluation evaluate(
            JavaSparkContext spark,
            TrainedModel model,
            String modelUri,
            ExampleSource source,
            Schema schema,
            Split split) {
        try (Rows rows = source.read(spark, schema)) {
            rows.requireUsable(settings.data().maxBadFraction());
            if (rows.used(split) == 0) {
                throw new DataException(settings.data().uri() + " has no row with the usage " + split.usage()
                        + "; choose another --split");
            }
            int threads = SparkStart.threads(spark, settings, SparkStart.workers(spark, settings));
            Examples examples = examples(spark, rows, split);
            return new Evaluator(spark, threads, settings.evaluate())
                    .evaluate(model, modelUri, examples, duplicates(spark, rows, examples));
        }
    }

    private Examples examples(JavaSparkContext spark, Rows rows, Split split) {
        return rows.examples(split, settings.evaluate().batchSize(), SparkStart.workers(spark, settings));
    }

    /** Finds a test split's images that are in training too, if the CSV holds training rows. */
    private Optional<Duplicates> duplicates(JavaSparkContext spark, Rows rows, Examples examples) {
        int distance = settings.data().duplicateDistance();
        return distance < 0 || examples.split() == Split.TRAINING || rows.used(Split.TRAINING) == 0
                ? Optional.empty()
                : Optional.of(Duplicates.between(examples(spark, rows, Split.TRAINING), examples, distance));
    }
}
