package io.nightshift.retraining;

import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Runs;
import java.time.Instant;

/** Finds runs that did not come to their end, and marks those whose process crashed. */
public final class AbandonedRuns {
    private final Runs runs;

    public AbandonedRuns(Runs runs) {
        this.runs = runs;
    }

    /** Tells whether there is a run of this name that is running or failed, and can be resumed. */
    public boolean isUnfinished(String runId) {
        return runs.manifest(runId)
                .filter(run -> run.state() == State.RUNNING || run.state() == State.FAILED)
                .isPresent();
    }

    /** Marks a run whose process crashed as failed, unless it is the run that took over its lock. */
    public void markAbandoned(String runId, String takenOverBy) {
        runs.manifest(runId)
                .filter(run -> run.state() == State.RUNNING && !runId.equals(takenOverBy))
                .ifPresent(run -> runs.of(run).writeManifest(failed(run, takenOverBy)));
    }

    private static Manifest failed(Manifest run, String takenOverBy) {
        return run.in(
                State.FAILED,
                "its process crashed; run " + takenOverBy + " took over the lock; resume it with: retrain --run-id "
                        + run.runId(),
                Instant.now());
    }
}
