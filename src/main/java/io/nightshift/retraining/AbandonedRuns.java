package io.nightshift.retraining;

import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Run;
import io.nightshift.run.RunLocks;
import io.nightshift.run.Runs;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.JobLock.Predecessor;
import io.nightshift.store.lock.LockHeldException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds runs that did not come to their end, and marks those whose process crashed. */
public final class AbandonedRuns {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedRuns.class);

    private final Runs runs;
    private final RunLocks locks;

    public AbandonedRuns(Runs runs, RunLocks locks) {
        this.runs = runs;
        this.locks = locks;
    }

    /** Tells whether there is a run of this name that is running or failed, and can be resumed. */
    public boolean isUnfinished(String runId) {
        return runs.manifest(runId)
                .filter(run -> run.state() == State.RUNNING || run.state() == State.FAILED)
                .isPresent();
    }

    /**
     * Marks the run of a process that crashed as failed, unless it is the run that took over its lock, or somebody
     * works on it already.
     */
    public void markAbandoned(Predecessor dead, String takenOverBy) {
        if (!dead.runId().equals(takenOverBy) && running(dead.runId()).isPresent()) {
            try (JobLock lock = locks.take(dead.runId())) {
                running(dead.runId()).ifPresent(manifest -> {
                    Run run = runs.of(manifest);
                    run.ownedBy(lock);
                    run.writeManifest(failed(manifest, takenOverBy));
                });
            } catch (LockHeldException e) {
                LOG.info("run {} is left to its new owner: {}", dead.runId(), e.getMessage());
            }
        }
    }

    private Optional<Manifest> running(String runId) {
        return runs.manifest(runId).filter(run -> run.state() == State.RUNNING);
    }

    private static Manifest failed(Manifest run, String takenOverBy) {
        return run.in(
                State.FAILED,
                "its process crashed; run " + takenOverBy + " took over the lock; resume it with: retrain --run-id "
                        + run.runId(),
                Instant.now());
    }
}
