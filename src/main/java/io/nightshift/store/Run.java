package io.nightshift.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** One run's folder, {@code <output>/runs/<run-id>/}: every file that a run leaves is written here. */
public final class Run {
    private static final String MANIFEST = "run.json";
    private static final String METRICS = "metrics.csv";
    private static final String MODEL = "model.zip";

    private final Storage storage;
    private final Path folder;
    private final Map<String, Manifest.FileEntry> files = new TreeMap<>();
    private Manifest manifest;

    private Run(Storage storage, Path folder) {
        this.storage = storage;
        this.folder = folder;
    }

    /** The run of this name; it need not exist yet. */
    static Run of(Storage storage, String outputUri, String runId) {
        return new Run(storage, new Path(new Path(outputUri, "runs"), runId));
    }

    /** Where the folder is. */
    public Path folder() {
        return folder;
    }

    /** Where the best epoch's model is. */
    public String modelUri() {
        return new Path(folder, MODEL).toString();
    }

    /** Where the page for people is. */
    public String reportUri() {
        return new Path(folder, "report.html").toString();
    }

    /** The manifest as it stands in the folder, or nothing if there is none. */
    Optional<Manifest> readManifest() {
        return storage.read(new Path(folder, MANIFEST)).map(content -> {
            try {
                return Json.read(content, Manifest.class);
            } catch (IOException e) {
                throw new StorageException("cannot understand " + new Path(folder, MANIFEST)
                        + ": it is no manifest of a run, or damaged; move the folder away", e);
            }
        });
    }

    /** Takes up the files that an earlier manifest names, when the run is resumed. */
    void takeUp(Manifest earlier) {
        earlier.files().forEach(file -> files.put(file.path(), file));
    }

    /** Writes the manifest anew; the files that were written so far are put into it. */
    public synchronized void writeManifest(Manifest next) {
        manifest = next.withFiles(List.copyOf(files.values()));
        storage.write(new Path(folder, MANIFEST), MANIFEST, Json.bytes(manifest));
    }

    /** The manifest as it was written last. */
    public synchronized Manifest manifest() {
        return manifest;
    }

    public void writeConfiguration(String hocon) {
        write("config.conf", hocon);
    }

    public void writeMetrics(List<EpochMetrics> epochs) {
        write(METRICS, MetricsFile.write(epochs));
    }

    /** A model with updater state, after an epoch (from 1). */
    public void writeCheckpoint(int epoch, byte[] model) {
        write(checkpoint(epoch), model);
    }

    /** The best epoch's model. */
    public void writeModel(byte[] model) {
        write(MODEL, model);
    }

    /** A file of the run's folder {@code evaluation/}. */
    public void writeEvaluation(String name, byte[] content) {
        write("evaluation/" + name, content);
    }

    /** A file of the run's folder {@code rejected/}. */
    public void writeRejected(String name, String csv) {
        write("rejected/" + name, csv);
    }

    public void writeReport(String html) {
        write("report.html", html);
    }

    /** The figures of the epochs that were trained so far. */
    public List<EpochMetrics> readMetrics() {
        return storage.read(new Path(folder, METRICS))
                .map(csv -> MetricsFile.read(new String(csv, StandardCharsets.UTF_8)))
                .orElse(List.of());
    }

    /**
     * The checkpoint after an epoch.
     *
     * @throws StorageException if it is missing or cannot be read
     */
    public byte[] readCheckpoint(int epoch) {
        return storage.read(new Path(folder, checkpoint(epoch))).orElseThrow(() -> missing(checkpoint(epoch)));
    }

    /** The best epoch's model. */
    public byte[] readModel() {
        return storage.read(new Path(folder, MODEL)).orElseThrow(() -> missing(MODEL));
    }

    private StorageException missing(String name) {
        return new StorageException(new Path(folder, name) + " is missing; start a new run with another --run-id", null);
    }

    private static String checkpoint(int epoch) {
        return String.format(Locale.ROOT, "checkpoints/epoch-%04d.zip", epoch);
    }

    private void write(String name, String content) {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void write(String name, byte[] content) {
        files.put(name, storage.write(new Path(folder, name), name, content));
    }
}
