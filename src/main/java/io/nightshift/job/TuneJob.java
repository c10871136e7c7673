package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.space.SearchSpace;
import io.nightshift.config.space.SearchSpaceFile;
import io.nightshift.dataset.DataException;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.pipeline.RunOpener;
import io.nightshift.job.pipeline.RunSession;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.job.tuning.TrialTrainings;
import io.nightshift.job.tuning.TuningFiles;
import io.nightshift.job.tuning.TuningOutcome;
import io.nightshift.job.tuning.TuningReport;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.training.TrainingDivergedException;
import io.nightshift.tuning.FinalComparison;
import io.nightshift.tuning.Influence;
import io.nightshift.tuning.Search;
import io.nightshift.tuning.TrialPlan;
import io.nightshift.tuning.TrialResult;
import io.nightshift.tuning.TuningProgress;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Searches for a better recipe: trains the trials of a search space on ever fewer, ever larger rungs, ranks them on a
 * held-out tenth of training, trains the best one and the recipe with other seeds, and compares these on PublicTest.
 */
public final class TuneJob {
    private final Settings settings;
    private final JobProgress progress;
    private final TuningProgress tuning;

    public TuneJob(Settings settings, JobProgress progress, TuningProgress tuning) {
        this.settings = settings;
        this.progress = progress;
        this.tuning = tuning;
    }

    /**
     * The outcome of the job.
     *
     * @param run with all files
     */
    public record Result(Run run, TrialPlan plan, TuningOutcome outcome) {}

    /**
     * Runs the job. However it ends, the run's manifest records it.
     *
     * @throws ConfigurationException               if no data is named, the search space or the budget cannot be used,
     *                                              or the run cannot be opened
     * @throws DataException                        if the data cannot be used
     * @throws TrainingDivergedException            if every trial has diverged
     * @throws io.nightshift.store.StorageException if the output directory fails
     */
    public Result run() {
        return run(null);
    }

    /**
     * Runs the job on a Spark of the caller.
     *
     * @param running null to start one
     * @throws RuntimeException as {@link #run()}
     */
    public Result run(JavaSparkContext running) {
        requireUsable();
        Settings onCpu = settings.with(Map.of("backend", "cpu"));
        try (JobContext context = JobContext.forNetworks(onCpu, progress, running)) {
            TrialPlan plan = TrialPlan.of(onCpu, space(context));
            RunSession session = new RunOpener("tune", context).open();
            return session.recordFailure(() -> tune(context, session, plan));
        }
    }

    private Result tune(JobContext context, RunSession session, TrialPlan plan) {
        TuningFiles files = new TuningFiles(session.run());
        ExampleSource source = ExampleSource.of(plan.recipe(), context.hadoop());
        try (TrialTrainings trainings = TrialTrainings.prepare(context, session, source, plan)) {
            List<TrialResult> kept = files.kept();
            Search search = new Search(plan, trainings, trainings.slots(), files::keep, tuning);
            List<TrialResult> trials = search.run(only(kept, result -> result.rung() != null));
            TrialResult winner = search.best().orElseThrow(TuneJob::allDiverged);
            FinalComparison comparison =
                    winner.trial() == 0 ? null : search.compare(winner, only(kept, result -> result.rung() == null));
            TuningOutcome outcome = new TuningOutcome(winner, comparison, Influence.of(plan, trials), trials);
            files.write(outcome, plan.recipeOf(winner.trial()));
            session.succeeded(TuningReport.of(session.run(), plan, outcome));
            return new Result(session.run(), plan, outcome);
        }
    }

    private void requireUsable() {
        if (settings.data().isDemo()) {
            throw new ConfigurationException(
                    "data.uri is empty: tune needs to know its data; name the CSV with --data (to try it: "
                            + "./submit.sh demo-data --output faces.csv)");
        }
        if (settings.train().refit()) {
            throw new ConfigurationException("train.refit = true: it trains on public_test too, on which tune compares "
                    + "the winner with the recipe; set it to false");
        }
        if (settings.backend().equals("cuda")) {
            throw new ConfigurationException("backend = cuda: a trial is a task on one core, and computes on the "
                    + "processor; leave backend out");
        }
    }

    private SearchSpace space(JobContext context) {
        String uri = settings.tune().space();
        if (uri.isEmpty()) {
            return SearchSpaceFile.byDefault(settings);
        }
        String where = "tune.space = " + uri;
        byte[] content = ModelLoader.named(context.storage(), where, uri)
                .orElseThrow(() -> new ConfigurationException(
                        where + ": there is no such file; name a search space, such as conf/tune/default.conf"));
        return SearchSpaceFile.read(content, where, settings);
    }

    private static List<TrialResult> only(List<TrialResult> results, Predicate<TrialResult> those) {
        return results.stream().filter(those).toList();
    }

    private static TrainingDivergedException allDiverged() {
        return new TrainingDivergedException("every trial has diverged; lower train.learning-rate in the search space");
    }
}
