package io.nightshift.run;

import io.nightshift.store.Json;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoredFile;
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
    private static final String CONFIGURATION = "config.conf";
    private static final String MODEL = "model.zip";

    private final Storage storage;
    private final String runId;
    private final Path folder;
    private final Map<String, StoredFile> files = new TreeMap<>();
    private Manifest manifest;
    private Runnable requireOwned = () -> {};

    private Run(Storage storage, String runId, Path folder) {
        this.storage = storage;
        this.runId = runId;
        this.folder = folder;
    }

    /** The run of this name; it need not exist yet. */
    static Run of(Storage storage, String outputUri, String runId) {
        return new Run(storage, runId, new Path(new Path(outputUri, "runs"), runId));
    }

    /** Its name. */
    public String runId() {
        return runId;
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
                throw new StorageException(
                        "cannot understand " + new Path(folder, MANIFEST)
                                + ": it is no manifest of a run, or damaged; move the folder away",
                        e);
            }
        });
    }

    /** Continues from an earlier manifest, with the files that it names. */
    void restore(Manifest earlier) {
        manifest = earlier;
        earlier.files().forEach(file -> files.put(file.path(), file));
    }

    /**
     * Has a check made before each later write to the folder, such as whether this process still holds its lock.
     *
     * @param check throws what the write is to fail with
     */
    public synchronized void checkBeforeWriting(Runnable check) {
        requireOwned = check;
    }

    /** Writes the manifest anew; the files that were written so far are put into it. */
    public synchronized void writeManifest(Manifest next) {
        requireOwned.run();
        manifest = next.toBuilder().files(List.copyOf(files.values())).build();
        storage.write(new Path(folder, MANIFEST), MANIFEST, Json.bytes(manifest));
    }

    /** The manifest as it was written last. */
    public synchronized Manifest manifest() {
        return manifest;
    }

    public void writeConfiguration(String hocon) {
        write(CONFIGURATION, hocon);
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

    /** The best epoch's model as the manifest has it, if there is one. */
    public Optional<StoredFile> model() {
        return Optional.ofNullable(files.get(MODEL));
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
     * The checkpoint after an epoch, or nothing if it is missing, damaged, or not in the manifest: what does not have the
     * checksum that was written down is not gone on from.
     */
    public Optional<byte[]> wholeCheckpoint(int epoch) {
        return whole(checkpoint(epoch));
    }

    /** Where a checkpoint is, for messages. */
    public String checkpointUri(int epoch) {
        return new Path(folder, checkpoint(epoch)).toString();
    }

    /**
     * The best epoch's model.
     *
     * @throws StorageException if it is missing, or not what the manifest says
     */
    public byte[] readModel() {
        return whole(MODEL)
                .orElseThrow(() -> StorageException.of(modelUri() + " is missing or damaged: it is not the file "
                        + "that " + new Path(folder, MANIFEST) + " has written down (SHA-256 "
                        + model().map(StoredFile::sha256).orElse("unknown") + "); restore it"));
    }

    /** The configuration that the run was made with, or nothing if it is gone. */
    public Optional<String> readConfiguration() {
        return storage.read(new Path(folder, CONFIGURATION))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    private synchronized Optional<byte[]> whole(String name) {
        StoredFile entry = files.get(name);
        return entry == null
                ? Optional.empty()
                : storage.read(new Path(folder, name))
                        .filter(content -> Storage.sha256(content).equals(entry.sha256()));
    }

    /** Deletes the run; its manifest comes last, so that what is left of an attempt that fails is found again. */
    void delete() {
        files.keySet().forEach(name -> storage.delete(new Path(folder, name)));
        storage.delete(folder);
    }

    private static String checkpoint(int epoch) {
        return String.format(Locale.ROOT, "checkpoints/epoch-%04d.zip", epoch);
    }

    private void write(String name, String content) {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void write(String name, byte[] content) {
        requireOwned.run();
        files.put(name, storage.write(new Path(folder, name), name, content));
    }
}
