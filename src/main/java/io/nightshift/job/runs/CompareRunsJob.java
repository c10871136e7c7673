package io.nightshift.job.runs;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.ConfigurationText;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.evaluation.Evaluator.Candidate;
import io.nightshift.evaluation.ModelComparison;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.report.ComparisonPage;
import io.nightshift.report.RunComparison;
import io.nightshift.report.RunComparison.Contestant;
import io.nightshift.report.RunComparison.Difference;
import io.nightshift.run.Manifest;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.spark.SparkStart;
import io.nightshift.store.StoragePath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** Compares two runs: their models on the same rows, their settings, and their epochs. */
public final class CompareRunsJob {
    private static final String DATA = "data SHA-256";

    private final Settings settings;
    private final Optional<String> dataUri;
    private final JobProgress progress;

    /** @param dataUri of the rows; nothing for the data of the first run */
    public CompareRunsJob(Settings settings, Optional<String> dataUri, JobProgress progress) {
        this.settings = settings;
        this.dataUri = dataUri;
        this.progress = progress;
    }

    /**
     * Evaluates both models, and writes nothing but the page.
     *
     * @param wanted split of the rows; nothing for public_test, on which models are chosen
     * @param page   where the comparison is written as HTML, if it is wanted
     * @throws ConfigurationException if a run does not exist, has no model, or has other classes than the other one
     * @throws DataException          if the data cannot be used, or has no such rows
     */
    public RunComparison run(String first, String second, Optional<Split> wanted, Optional<String> page) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            page.ifPresent(uri -> OutputFile.require(context.storage(), "--page", uri, Map.of()));
            Runs runs = new Runs(context.storage(), settings.output().uri());
            Run one = trained(runs, first);
            Run other = trained(runs, second);
            TrainedModel firstModel = ModelLoader.best(one);
            TrainedModel secondModel = ModelLoader.best(other);
            requireSameClasses(one, firstModel, other, secondModel);
            Settings data = dataOf(one);
            ExampleSource source = ExampleSource.of(data, context.hadoop());
            Schema schema = Schema.of(data.data(), () -> firstModel.card().classes(), source::side);
            context.note("Reading " + source.name());
            Split split = wanted.orElse(Split.PUBLIC_TEST);
            ModelComparison models;
            try (Rows rows = source.read(context.spark(), schema)) {
                rows.requireUsable(data.data().maxBadFraction());
                Examples examples = examples(context.spark(), rows, split(rows, split));
                models = evaluator(context.spark())
                        .compare(
                                new Candidate(firstModel, one.modelUri()),
                                new Candidate(secondModel, other.modelUri()),
                                examples);
            }
            List<Difference> differences = Difference.between(facts(one), facts(other));
            for (Run run : List.of(one, other)) {
                if (run.manifest().training().wasRefit() && Split.REFIT.contains(split)) {
                    context.note("Careful: run " + run.runId() + " was trained on the rows of " + split.id()
                            + " (train.refit), so they say nothing about how it does on new faces");
                }
            }
            if (differences.stream().anyMatch(difference -> changesRows(difference.key()))) {
                context.note("The runs were not trained on the same data, or not divided alike: " + other.runId()
                        + " may have been trained on these rows");
            }
            RunComparison comparison = new RunComparison(
                    source.name(),
                    contestant(one, models.champion()),
                    contestant(other, models.challenger()),
                    models,
                    differences);
            page.ifPresent(uri -> context.storage()
                    .write(
                            StoragePath.of(uri),
                            uri,
                            ComparisonPage.render(comparison).getBytes(StandardCharsets.UTF_8)));
            return comparison;
        }
    }

    /** Whether runs that differ in this may have different rows in a split. */
    private static boolean changesRows(String key) {
        return key.equals(DATA) || key.matches("data\\.(split|validation-|test-|pixels-|image-side).*");
    }

    private Run trained(Runs runs, String runId) {
        Manifest manifest = runs.manifest(runId)
                .orElseThrow(() -> new ConfigurationException("there is no run " + runId + " in " + runs.outputUri()
                        + "; ./submit.sh runs lists those that there are"));
        Run run = runs.of(manifest);
        if (manifest.training() == null || run.model().isEmpty()) {
            throw new ConfigurationException("run " + runId + " has no model to compare ("
                    + manifest.state().name().toLowerCase(Locale.ROOT)
                    + (manifest.reason() == null ? "" : ": " + manifest.reason())
                    + "); name a run that has ended well");
        }
        return run;
    }

    private static void requireSameClasses(Run one, TrainedModel first, Run other, TrainedModel second) {
        List<String> classes = first.card().classes();
        if (!classes.equals(second.card().classes())) {
            throw new ConfigurationException("run " + one.runId() + " knows the classes " + String.join(",", classes)
                    + ", and run " + other.runId() + " "
                    + String.join(",", second.card().classes())
                    + ": they have no accuracy in common; name runs with the same classes");
        }
    }

    /** Reads data as the run did: with its columns, splits and votes. */
    private Settings dataOf(Run run) {
        String configuration = run.readConfiguration()
                .orElseThrow(() -> new ConfigurationException(
                        "config.conf of run " + run.runId() + " is gone, so that its data is unknown; restore it"));
        Settings own = settings.withDataOf(configuration);
        return dataUri.map(own::withDataUri).orElse(own);
    }

    private static Split split(Rows rows, Split wanted) {
        if (rows.used(wanted) == 0) {
            throw new DataException(rows.description().source() + " has no row with the usage " + wanted.usage()
                    + "; choose another --split, or name other data with --data");
        }
        return wanted;
    }

    private Examples examples(JavaSparkContext spark, Rows rows, Split split) {
        return rows.examples(split, settings.evaluate().batchSize(), SparkStart.workers(spark, settings));
    }

    private Evaluator evaluator(JavaSparkContext spark) {
        return new Evaluator(
                spark, SparkStart.threads(spark, settings, SparkStart.workers(spark, settings)), settings.evaluate());
    }

    private static Contestant contestant(Run run, Evaluation evaluation) {
        return new Contestant(run.runId(), run.manifest().training().bestEpoch(), run.readMetrics(), evaluation);
    }

    /** Returns the settings of a run, and what else may make a difference. */
    private static Map<String, String> facts(Run run) {
        Map<String, String> facts =
                ConfigurationText.assignments(run.readConfiguration().orElse(""));
        Manifest manifest = run.manifest();
        facts.put("backend used", manifest.backend());
        facts.put(DATA, manifest.data().sha256());
        facts.put(
                "program",
                manifest.program().version() + " " + manifest.program().commit());
        if (manifest.data().votesSha256() != null) {
            facts.put("votes SHA-256", manifest.data().votesSha256());
        }
        return facts;
    }
}
