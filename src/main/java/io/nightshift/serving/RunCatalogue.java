package io.nightshift.serving;

import java.util.Map;
import java.util.Optional;

/**
 * Shows the runs of an output directory. Its methods read files, and may take long. Thread-safe.
 *
 * <p>All throw {@link io.nightshift.store.StorageException} if the files cannot be read.
 */
public interface RunCatalogue {
    /** Returns all runs and the champions, as JSON objects. */
    Map<String, Object> all();

    /** Returns a run with its epochs and evaluations, as JSON objects; empty if there is none of this name. */
    Optional<Map<String, Object>> run(String runId);

    /** Returns a run's report, a page of HTML; empty if there is none. */
    Optional<byte[]> report(String runId);
}
