package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.job.context.Interruption;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.pipeline.RunOpener;
import io.nightshift.job.pipeline.RunSession;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.retraining.AbandonedRuns;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.ChampionSnapshot;
import io.nightshift.retraining.Champions;
import io.nightshift.retraining.EarlierTraining;
import io.nightshift.retraining.Promotions;
import io.nightshift.run.Manifest;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.StoragePath;
import io.nightshift.store.lock.JobLock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The scheduled job: takes the lock, and trains a challenger if data or configuration are new; see {@link Retraining}.
 */
public final class RetrainJob {
    private final Settings settings;
    private final JobProgress progress;

    public RetrainJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** How a retraining ended that did not fail. */
    public enum Status {
        PROMOTED,
        REJECTED,
        NOTHING_NEW
    }

    /**
     * The outcome of the job.
     *
     * @param run         with all files; nothing if it did not train
     * @param champion    the run that is champion now; nothing if there is none
     * @param reasons     one line each
     * @param evaluations of the challenger, one for each split that has rows; none if it did not train
     */
    public record Result(
            Status status,
            Optional<Run> run,
            Optional<String> champion,
            List<String> reasons,
            List<Evaluation> evaluations) {}

    /**
     * Runs the job. However it ends, the run's manifest records it, and the champion is the old one or the new one.
     *
     * @throws ConfigurationException                        if no data is named, the run's name is taken, or the output
     *                                                       directory cannot be written
     * @throws io.nightshift.store.lock.LockHeldException         if another job holds the lock, or works on this run
     * @throws DataException                                 if the data cannot be used, or differs too much from the
     *                                                       champion's
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     * @throws io.nightshift.store.StorageException          if the output directory fails, or the champion is damaged
     */
    public Result run() {
        if (settings.data().isDemo()) {
            throw new ConfigurationException(
                    "data.uri is empty: retrain needs to know its data; name the CSV with --data (to try "
                            + "it: ./submit.sh demo-data --output faces.csv)");
        }
        if (settings.train().refit()) {
            throw new ConfigurationException("train.refit = true: a model that was trained on public_test too cannot be"
                    + " compared with the champion there; refit with the command train");
        }
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            String runId = RunOpener.runId(settings);
            try (JobLock lock = lock(context, runId);
                    Interruption interruption = Interruption.then(lock::close)) {
                return run(context, lock, runId);
            }
        }
    }

    private JobLock lock(JobContext context, String runId) {
        return JobLock.take(
                context.conditionalWrites(),
                new Path(StoragePath.of(settings.output().uri()), "retrain.lock"),
                runId,
                Duration.ofSeconds(settings.retrain().lockLeaseSeconds()));
    }

    private Result run(JobContext context, JobLock lock, String runId) {
        String output = settings.output().uri();
        Runs runs = new Runs(context.storage(), output);
        Champions champions = new Champions(context.conditionalWrites(), output);
        AbandonedRuns abandoned = new AbandonedRuns(runs, context.runLocks());
        lock.predecessor().ifPresent(dead -> abandoned.markAbandoned(dead, runId));
        new Promotions(runs, context.runLocks(), champions).completeAfterCrash(progress::note);
        ChampionSnapshot snapshot = champions.readOrFail();
        Optional<Result> nothingNew = settings.run().force() ? Optional.empty() : nothingNew(context, runs, snapshot);
        return nothingNew.orElseGet(() -> {
            boolean resume = settings.run().resume() || abandoned.isUnfinished(runId);
            RunSession session = new RunOpener("retrain", context).open(runId, resume);
            session.run().checkBeforeWriting(lock::requireHeld);
            return session.recordFailure(() -> new Retraining(context, session, runs, champions, snapshot).run());
        });
    }

    /**
     * Returns a result if the same data and configuration were trained on before; nothing if they are new or unknown.
     */
    private Optional<Result> nothingNew(JobContext context, Runs runs, ChampionSnapshot snapshot) {
        Fingerprint fingerprint;
        Optional<Fingerprint> votes;
        try {
            ExampleSource source = ExampleSource.of(settings, context.hadoop());
            fingerprint = source.fingerprint();
            votes = source.votesFingerprint();
        } catch (DataException e) {
            // It is found again, and reported, by a run that leaves a manifest.
            return Optional.empty();
        }
        return new EarlierTraining(runs, settings)
                .find(snapshot, fingerprint.sha256(), votes.map(Fingerprint::sha256))
                .map(before -> new Result(
                        Status.NOTHING_NEW,
                        Optional.empty(),
                        snapshot.current().map(Champion::runId),
                        List.of("nothing new: run " + before.runId()
                                + " was trained on the same data with the same configuration"
                                + (before.state() == Manifest.State.REJECTED ? ", and rejected" : "")),
                        List.of()));
    }
}
