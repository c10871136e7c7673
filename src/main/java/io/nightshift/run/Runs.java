package io.nightshift.run;

import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** The runs of an output place. */
public final class Runs {
    private final Storage storage;
    private final String outputUri;

    public Runs(Storage storage, String outputUri) {
        this.storage = storage;
        this.outputUri = outputUri;
    }

    /** A run of this name, if there is one. */
    public Optional<Manifest> manifest(String runId) {
        return Run.of(storage, outputUri, runId).readManifest();
    }

    /** A new run; nothing is written yet. */
    public Run create(String runId) {
        return Run.of(storage, outputUri, runId);
    }

    /** A run that is there: the files that it has left so far stay in its manifest. */
    public Run of(Manifest earlier) {
        Run run = Run.of(storage, outputUri, earlier.runId());
        run.takeUp(earlier);
        return run;
    }

    /**
     * Deletes a run.
     *
     * @throws StorageException if some of it is still there
     */
    public void delete(Manifest run) {
        of(run).delete();
    }

    /**
     * The manifests of all runs, oldest first by name. Folders without a manifest are no runs; a manifest that cannot be
     * read does not hide the others, but stands as a failed run that says so.
     */
    public List<Manifest> all() {
        return storage.folders(new Path(outputUri, "runs")).stream()
                .map(this::manifestOrDamage)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Manifest> manifestOrDamage(String runId) {
        try {
            return manifest(runId);
        } catch (StorageException e) {
            return Optional.of(new Manifest(
                    runId,
                    "",
                    Manifest.State.FAILED,
                    e.getMessage(),
                    "",
                    null,
                    null,
                    null,
                    "",
                    "",
                    0,
                    null,
                    null,
                    null,
                    List.of()));
        }
    }
}
