package io.nightshift.retraining;

import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Runs;
import io.nightshift.store.StorageException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Deletes old runs beyond {@code retrain.keep-runs}, but neither the champion, nor its predecessor, nor a running one.
 */
public final class Retention {
    private final Runs runs;
    private final Champions champions;
    private final int keepRuns;

    /** @param keepRuns 0 keeps all */
    public Retention(Runs runs, Champions champions, int keepRuns) {
        this.runs = runs;
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
        Set<String> kept = new HashSet<>(Set.of(current));
        champions.read().current().ifPresent(champion -> {
            kept.add(champion.runId());
            champion.predecessor().ifPresent(kept::add);
        });
        List<Manifest> all = runs.oldestFirst();
        all.subList(0, Math.max(0, all.size() - keepRuns)).stream()
                .filter(run -> run.state() != State.RUNNING && !kept.contains(run.runId()))
                .forEach(run -> delete(run, notes));
    }

    private void delete(Manifest run, Consumer<String> notes) {
        try {
            runs.delete(run);
            notes.accept("Deleted run " + run.runId() + " (retrain.keep-runs = " + keepRuns + ")");
        } catch (StorageException e) {
            notes.accept("Run " + run.runId() + " is not deleted: " + e.getMessage());
        }
    }
}
