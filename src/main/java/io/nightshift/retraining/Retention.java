package io.nightshift.retraining;

import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Run;
import io.nightshift.run.RunLocks;
import io.nightshift.run.Runs;
import io.nightshift.store.StorageException;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.LockHeldException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Deletes old runs beyond {@code retrain.keep-runs}, but neither the champion, nor its predecessor, nor a running one.
 */
public final class Retention {
    private final Runs runs;
    private final RunLocks locks;
    private final Champions champions;
    private final int keepRuns;

    /** @param keepRuns 0 keeps all */
    public Retention(Runs runs, RunLocks locks, Champions champions, int keepRuns) {
        this.runs = runs;
        this.locks = locks;
        this.champions = champions;
        this.keepRuns = keepRuns;
    }

    /**
     * Deletes what is too old. A run that cannot be deleted stays, and is tried again by the next retraining.
     *
     * @param current a run to keep in any case
     * @param notes   is given a line about each run
     */
    public void deleteOldRuns(String current, Consumer<String> notes) {
        if (keepRuns == 0) {
            return;
        }
        List<Manifest> all = runs.oldestFirst();
        all.subList(0, Math.max(0, all.size() - keepRuns)).stream()
                .filter(run -> !run.runId().equals(current) && isUnused(run))
                .forEach(run -> delete(run.runId(), notes));
    }

    private boolean isUnused(Manifest run) {
        return run.state() != State.RUNNING
                && champions
                        .read()
                        .current()
                        .filter(champion -> champion.runId().equals(run.runId())
                                || champion.predecessor().equals(Optional.of(run.runId())))
                        .isEmpty();
    }

    /** Deletes a run, unless somebody works on it, such as one who resumes it or makes it champion. */
    private void delete(String runId, Consumer<String> notes) {
        try (JobLock lock = locks.take(runId)) {
            Optional<Manifest> old = runs.manifest(runId).filter(this::isUnused);
            if (old.isPresent()) {
                delete(old.get(), lock);
                notes.accept("Deleted run " + runId + " (retrain.keep-runs = " + keepRuns + ")");
            }
        } catch (StorageException | LockHeldException e) {
            notes.accept("Run " + runId + " is not deleted: " + e.getMessage());
        }
    }

    /** A deletion may be cut off: what is left does not claim to be a whole run. */
    private void delete(Manifest manifest, JobLock lock) {
        Run run = runs.of(manifest);
        run.ownedBy(lock);
        String reason = "it was being deleted (retrain.keep-runs = " + keepRuns + ")";
        run.writeManifest(manifest.in(State.FAILED, reason, Instant.now()));
        run.delete();
    }
}
