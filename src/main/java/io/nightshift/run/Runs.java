package io.nightshift.run;

import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoragePath;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Finds, creates and deletes the runs of an output directory. */
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

    /** Returns a new run, and writes nothing yet. */
    public Run create(String runId) {
        return Run.of(storage, outputUri, runId);
    }

    /** Returns a run that exists: the files that it has written so far stay in its manifest. */
    public Run of(Manifest earlier) {
        Run run = Run.of(storage, outputUri, earlier.runId());
        run.restore(earlier);
        return run;
    }

    /**
     * Returns the manifests of all runs in the order of their names. A folder without a manifest is no run; a manifest
     * that cannot be read becomes a failed run with the cause as its reason.
     */
    public List<Manifest> all() {
        return storage.folders(new Path(StoragePath.of(outputUri), "runs")).stream()
                .map(this::manifestOrDamage)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Returns the manifests that can be understood, oldest first by start time: no other run is ever chosen, or
     * deleted.
     */
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
