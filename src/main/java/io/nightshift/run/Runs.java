package io.nightshift.run;

import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.util.Comparator;
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

    /** Returns the URI of the output directory. */
    public String outputUri() {
        return outputUri;
    }

    /** Reads the manifest of the run of this name, if there is one. */
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
        run.restore(earlier);
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

    /** Returns the manifests that can be understood, oldest first by start time: no other run is ever chosen, or deleted. */
    public List<Manifest> oldestFirst() {
        return all().stream()
                .filter(run -> !run.start().isEmpty())
                .sorted(Comparator.comparing(Manifest::start).thenComparing(Manifest::runId))
                .toList();
    }

    private Optional<Manifest> manifestOrDamage(String runId) {
        try {
            return manifest(runId);
        } catch (StorageException e) {
            return Optional.of(Manifest.builder()
                    .runId(runId)
                    .state(Manifest.State.FAILED, e.getMessage())
                    .build());
        }
    }
}
