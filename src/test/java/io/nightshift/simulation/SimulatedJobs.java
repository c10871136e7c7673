package io.nightshift.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.config.ConfigurationException;
import io.nightshift.retraining.AbandonedRuns;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.ChampionSnapshot;
import io.nightshift.retraining.Champions;
import io.nightshift.retraining.Promotions;
import io.nightshift.retraining.Promotions.Change;
import io.nightshift.retraining.Retention;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Manifest.Verdict;
import io.nightshift.run.Run;
import io.nightshift.run.RunLocks;
import io.nightshift.run.Runs;
import io.nightshift.simulation.Faults.Bug;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.LockHeldException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The jobs of a simulated process, in the order in which {@code RetrainJob}, {@code TrainJob} and {@code PromoteJob} use
 * the same classes. Training and evaluation take time, and their models are a few bytes.
 */
final class SimulatedJobs {
    private static final Duration LEASE = Duration.ofNanos(World.LEASE);
    private static final int EPOCHS = 2;
    private static final int KEEP_RUNS = 2;

    private final SimulatedProcess process;
    private final String output;
    private final ConditionalWrites writes;
    private final Runs runs;
    private final RunLocks locks;
    private final Champions champions;
    private final Promotions promotions;
    private boolean ending;

    SimulatedJobs(SimulatedProcess process, Configuration hadoop) {
        this.process = process;
        this.output =
                (process.world().kind == World.Files.LOCAL ? SimulatedDisk.SCHEME : SimulatedStore.SCHEME) + ":/out";
        this.writes = new ConditionalWrites(hadoop, process);
        this.runs = new Runs(new Storage(hadoop), output);
        this.locks = new RunLocks(writes, output, LEASE);
        this.champions = new Champions(writes, output);
        this.promotions = new Promotions(runs, locks, champions);
    }

    /** Runs a job; what a user would see as an exit status other than 0 is a possible end. */
    void attempt(Runnable job) {
        try {
            job.run();
        } catch (LockHeldException | StorageException | ConfigurationException | IllegalStateException e) {
            // Told to the user.
        }
    }

    void retrain(String runId) {
        try (JobLock lock = JobLock.take(writes, new Path(output, "retrain.lock"), runId, LEASE)) {
            AbandonedRuns abandoned = new AbandonedRuns(runs, locks);
            lock.predecessor().ifPresent(dead -> abandoned.markAbandoned(dead, runId));
            promotions.completeAfterCrash(note -> {});
            ChampionSnapshot snapshot = champions.readOrFail();
            boolean resume = abandoned.isUnfinished(runId);
            inRun(runId, resume, run -> {
                run.checkBeforeWriting(lock::requireHeld);
                fit(run);
                Verdict verdict = new Verdict(
                        process.world().chance(0.6),
                        snapshot.current().map(Champion::runId).orElse(null),
                        List.of("because"),
                        null);
                run.writeManifest(run.manifest().toBuilder().verdict(verdict).build());
                end(run, verdict, snapshot);
            });
        }
    }

    void train(String runId, boolean resume) {
        inRun(runId, resume, run -> {
            fit(run);
            ended(run, State.SUCCEEDED, null);
        });
    }

    void promote(String runId) {
        changed(promotions.promoteByHand(runId));
    }

    void rollBack() {
        changed(promotions.rollBack());
    }

    private void changed(Change change) {
        if (!change.before().equals(Optional.of(change.now()))) {
            process.world().invariants.promoted(change.now());
        }
    }

    private interface Work {
        void in(Run run);
    }

    /** As {@code RunOpener} and {@code RunSession} do. */
    private void inRun(String runId, boolean resume, Work work) {
        requireUnfinished(runs.manifest(runId));
        try (JobLock lock = locks.take(runId)) {
            Optional<Manifest> earlier = runs.manifest(runId);
            requireUnfinished(earlier);
            if (earlier.isPresent() != resume) {
                throw new ConfigurationException("taken, or not there");
            }
            Run run = earlier.map(runs::of).orElseGet(() -> runs.create(runId));
            run.ownedBy(lock);
            run.writeManifest(Manifest.builder()
                    .runId(runId)
                    .command("retrain")
                    .start(process.world().invariants.startOf(runId))
                    .build());
            try {
                work.in(run);
            } catch (StorageException | IllegalStateException e) {
                failed(run, e);
                throw e;
            }
        }
    }

    private void requireUnfinished(Optional<Manifest> earlier) {
        if (earlier.filter(run -> run.state().isFinal()).isPresent()
                && !process.faults().has(Bug.ENDED_RUN_RESUMED)) {
            throw new ConfigurationException("this run has ended");
        }
    }

    private void failed(Run run, RuntimeException failure) {
        if (run.manifest().state() != State.RUNNING) {
            return;
        }
        try {
            if (!ending) {
                ended(run, State.FAILED, failure.getMessage());
            } else if (!run.hasEnded()) {
                run.writeManifest(run.manifest().in(State.FAILED, failure.getMessage(), process.now()));
            }
        } catch (StorageException | LockHeldException e) {
            failure.addSuppressed(e);
        }
    }

    /** Trains, with a checkpoint after each epoch, and the final model at the end. */
    private void fit(Run run) {
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            process.work(World.SECOND + process.world().upTo(30 * World.SECOND));
            run.writeCheckpoint(epoch, model(run, epoch));
            run.writeModel(model(run, epoch));
            run.writeManifest(run.manifest());
        }
        if (process.faults().has(Bug.CHAMPION_FIRST)) {
            promotions.promote(champions.readOrFail(), run, new Verdict(true, null, List.of("too early"), null));
        }
        run.writeModel(model(run, 0));
    }

    private byte[] model(Run run, int epoch) {
        return ("model of " + run.runId() + " by " + process.name() + " after " + epoch).getBytes(UTF_8);
    }

    private void ended(Run run, State state, String why) {
        Manifest last = run.manifest().in(state, why, process.now());
        run.writeReport(state + " by " + process.name());
        ending = state.isFinal();
        run.writeManifest(last);
    }

    /** As {@code Retraining} does. */
    private void end(Run run, Verdict verdict, ChampionSnapshot snapshot) {
        if (verdict.promoted() && champions.isStill(snapshot)) {
            ended(run, State.SUCCEEDED, null);
            if (promotions.promote(snapshot, run, verdict)) {
                process.world().invariants.promoted(run.runId());
                new Retention(runs, locks, champions, KEEP_RUNS).deleteOldRuns(run.runId(), note -> {});
                return;
            }
            Verdict late = new Verdict(false, verdict.champion(), List.of("the champion was changed"), null);
            run.writeManifest(run.manifest().in(State.REJECTED, "too late", process.now()).toBuilder()
                    .verdict(late)
                    .build());
        } else {
            run.writeManifest(run.manifest().toBuilder()
                    .verdict(new Verdict(false, verdict.champion(), verdict.reasons(), null))
                    .build());
            ended(run, State.REJECTED, "not better");
        }
    }
}
