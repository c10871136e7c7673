package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.evaluation.Duplicates;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.evaluation.Evaluator.Candidate;
import io.nightshift.evaluation.ModelComparison;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.spark.SparkStart;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/** Evaluates models on labelled images, with the settings of a job. */
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
        return measured(
                List.of(new Candidate(model, modelUri)),
                split,
                remedy,
                (evaluator, examples, duplicates) -> evaluator.evaluate(model, modelUri, examples, duplicates));
    }

    /**
     * Compares models with others on a split.
     *
     * @param models  one, or several of the same recipe with other seeds
     * @param against the same
     * @throws ConfigurationException if a model has other classes than another one, or than the data
     * @throws DataException          if the data cannot be used, or the split has no rows
     */
    ModelComparison compare(List<Candidate> models, List<Candidate> against, Split split) {
        List<Candidate> all = Stream.concat(against.stream(), models.stream()).toList();
        return measured(
                all,
                split,
                "choose another --split",
                (evaluator, examples, duplicates) -> evaluator.compare(against, models, examples, duplicates));
    }

    private interface Measurement<T> {
        T by(Evaluator evaluator, Examples examples, Optional<Duplicates> duplicates);
    }

    private <T> T measured(List<Candidate> models, Split split, String remedy, Measurement<T> measurement) {
        Schema schema = schema(models);
        JavaSparkContext spark = context.spark();
        try (Rows rows = source.read(spark, schema)) {
            rows.requireUsable(settings.data().maxBadFraction());
            if (rows.used(split) == 0) {
                throw new DataException(
                        settings.data().uri() + " has no row with the usage " + split.usage() + "; " + remedy);
            }
            int threads = SparkStart.threads(spark, settings, SparkStart.workers(spark, settings));
            Examples examples = examples(spark, rows, Set.of(split), split);
            return measurement.by(
                    new Evaluator(spark, threads, settings.evaluate()),
                    examples,
                    duplicates(spark, rows, examples, models));
        }
    }

    /** Returns the classes of the rows, which must be those of the models. */
    private Schema schema(List<Candidate> models) {
        Candidate first = models.get(0);
        List<String> classes = first.model().card().classes();
        for (Candidate other : models) {
            if (!other.model().card().classes().equals(classes)) {
                throw new ConfigurationException("the model " + other.uri() + " knows the classes "
                        + String.join(",", other.model().card().classes()) + ", and " + first.uri() + " "
                        + String.join(",", classes)
                        + ": they have no accuracy in common; name models with the same classes");
            }
        }
        Schema schema = Schema.of(settings.data(), () -> classes, source::side);
        if (!schema.classes().equals(classes)) {
            throw new ConfigurationException("data.classes = " + String.join(",", schema.classes()) + ", and the model "
                    + first.uri() + " knows " + String.join(",", classes)
                    + ": leave data.classes out, or name another model");
        }
        return schema;
    }

    private Examples examples(JavaSparkContext spark, Rows rows, Set<Split> splits, Split as) {
        return rows.examples(splits, as, settings.evaluate().batchSize(), SparkStart.workers(spark, settings));
    }

    /** Finds a test split's images that a model was trained on too, if the CSV holds training rows. */
    private Optional<Duplicates> duplicates(
            JavaSparkContext spark, Rows rows, Examples examples, List<Candidate> models) {
        boolean refit = models.stream().anyMatch(its -> its.model().card().isRefit());
        Set<Split> trained = refit ? Split.REFIT : Set.of(Split.TRAINING);
        int distance = settings.data().duplicateDistance();
        return distance < 0 || trained.contains(examples.split()) || rows.used(Split.TRAINING) == 0
                ? Optional.empty()
                : Optional.of(Duplicates.between(examples(spark, rows, trained, Split.TRAINING), examples, distance));
    }
}
