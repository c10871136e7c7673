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
import io.nightshift.evaluation.Evaluator;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.spark.SparkStart;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** Evaluates a model on labelled images, with the settings of a job. */
final class ModelEvaluation {
    private final JobContext context;
    private final Settings settings;
    private final ExampleSource source;

    ModelEvaluation(JobContext context, ExampleSource source) {
        this.context = context;
        this.settings = context.settings();
        this.source = source;
    }

    /**
     * Evaluates a model on a split.
     *
     * @param modelUri names the model in messages and in the evaluation
     * @param remedy   what to do if the split has no rows, for the message
     * @throws ConfigurationException if the model has other classes than the data
     * @throws DataException          if the data cannot be used, or the split has no rows
     */
    Evaluation of(TrainedModel model, String modelUri, Split split, String remedy) {
        Schema schema = schema(model, modelUri);
        JavaSparkContext spark = context.spark();
        try (Rows rows = source.read(spark, schema)) {
            rows.requireUsable(settings.data().maxBadFraction());
            if (rows.used(split) == 0) {
                throw new DataException(
                        settings.data().uri() + " has no row with the usage " + split.usage() + "; " + remedy);
            }
            int threads = SparkStart.threads(spark, settings, SparkStart.workers(spark, settings));
            Examples examples = examples(spark, rows, Set.of(split), split);
            return new Evaluator(spark, threads, settings.evaluate())
                    .evaluate(model, modelUri, examples, duplicates(spark, rows, examples, model));
        }
    }

    /** Returns the classes of the rows, which must be those of the model. */
    private Schema schema(TrainedModel model, String modelUri) {
        Schema schema = Schema.of(settings.data(), () -> model.card().classes(), source::side);
        if (!schema.classes().equals(model.card().classes())) {
            throw new ConfigurationException("data.classes = " + String.join(",", schema.classes()) + ", and the model "
                    + modelUri + " knows " + String.join(",", model.card().classes())
                    + ": leave data.classes out, or name another model");
        }
        return schema;
    }

    private Examples examples(JavaSparkContext spark, Rows rows, Set<Split> splits, Split as) {
        return rows.examples(splits, as, settings.evaluate().batchSize(), SparkStart.workers(spark, settings));
    }

    /** Finds a test split's images that the model was trained on too, if the CSV holds training rows. */
    private Optional<Duplicates> duplicates(JavaSparkContext spark, Rows rows, Examples examples, TrainedModel model) {
        Set<Split> trained = model.card().isRefit() ? Split.REFIT : Set.of(Split.TRAINING);
        int distance = settings.data().duplicateDistance();
        return distance < 0 || trained.contains(examples.split()) || rows.used(Split.TRAINING) == 0
                ? Optional.empty()
                : Optional.of(Duplicates.between(examples(spark, rows, trained, Split.TRAINING), examples, distance));
    }
}
