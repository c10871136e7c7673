package io.nightshift.run;

import io.nightshift.store.Json;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoragePath;
import io.nightshift.store.StoredFile;
import io.nightshift.store.lock.JobLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/**
 * Writes and reads the files of one run, in {@code <output>/runs/<run-id>/}, and keeps the manifest's list of them.
 * Thread-safe.
 */
public final class Run {
    private static final String MANIFEST = "run.json";
    private static final long LARGEST_MANIFEST = 64L << 20;
    private static final String METRICS = "metrics.csv";
    private static final String CONFIGURATION = "config.conf";
    private static final String MODEL = "model.zip";
    private static final String REPORT = "report.html";

    private final Storage storage;
    private final String runId;
    private final Path folder;
    private final Map<String, StoredFile> files = new TreeMap<>();
    private Manifest manifest;
    private final List<Runnable> checks = new ArrayList<>();
    private Optional<JobLock> owner = Optional.empty();

    private Run(Storage storage, String runId, Path folder) {
        this.storage = storage;
        this.runId = runId;
        this.folder = folder;
    }

    /** Returns the run of this name, which need not exist yet. */
    static Run of(Storage storage, String outputUri, String runId) {
        return new Run(storage, runId, new Path(new Path(StoragePath.of(outputUri), "runs"), runId));
    }

    /** Returns the run's name. */
    public String runId() {
        return runId;
    }

    /** Returns the path of the folder. */
    public Path folder() {
        return folder;
    }

    /** Returns the path of {@code model.zip}, the kept epoch's model. */
    public String modelUri() {
        return new Path(folder, MODEL).toString();
    }

    /** Returns the path of {@code report.html}. */
    public String reportUri() {
        return new Path(folder, REPORT).toString();
    }

    /** Reads the manifest from the folder, or returns nothing if there is none. */
    Optional<Manifest> readManifest() {
        return storage.read(new Path(folder, MANIFEST), LARGEST_MANIFEST).map(content -> {
            try {
                Manifest read = Json.read(content, Manifest.class);
                if (!read.isWholeIn(folder.getName())) {
                    throw new IOException("something in it is missing, or names another run's files");
                }
                return read;
            } catch (IOException e) {
                throw new StorageException(
                        "cannot understand " + new Path(folder, MANIFEST)
                                + ": it is no manifest of a run, or damaged; move the folder away",
                        e);
            }
        });
    }

    /** Reads whether the run has ended: a write of its last manifest that seemed to fail may have arrived. */
    public boolean hasEnded() {
        return readManifest().filter(read -> read.state().isFinal()).isPresent();
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
        checks.add(check);
    }

    /** Makes a lock the condition of each later write and deletion, and tells it of writes that seem to fail. */
    public synchronized void ownedBy(JobLock lock) {
        owner = Optional.of(lock);
    }

    /** The lock of the run comes last, because another check may take long. */
    private void requireWritable() {
        checks.forEach(Runnable::run);
        owner.ifPresent(JobLock::requireHeld);
    }

    /** Writes the manifest, with the list of the files that were written so far. */
    public synchronized void writeManifest(Manifest next) {
        requireWritable();
        Manifest listed = next.toBuilder().files(List.copyOf(files.values())).build();
        store(MANIFEST, Json.bytes(listed));
        manifest = listed;
    }

    /** Returns the manifest as it was written last. */
    public synchronized Manifest manifest() {
        return manifest;
    }

    /** Writes {@code config.conf}, the resolved configuration. */
    public void writeConfiguration(String hocon) {
        write(CONFIGURATION, hocon);
    }

    /** Writes {@code metrics.csv}, a row per epoch. */
    public void writeMetrics(List<EpochMetrics> epochs) {
        write(METRICS, MetricsFile.write(epochs));
    }

    /** Writes the metrics of one epoch for TensorBoard, in {@code events/}. */
    public void writeEvents(EpochMetrics epoch) {
        write(
                String.format(Locale.ROOT, "events/epoch-%04d.tfevents", epoch.epoch()),
                EventFile.of(epoch, Instant.now()));
    }

    /** Writes the checkpoint after an epoch (from 1): a model with its updater's state. */
    public void writeCheckpoint(int epoch, byte[] model) {
        write(checkpoint(epoch), model);
    }

    /** Writes {@code model.zip}, the kept epoch's model. */
    public void writeModel(byte[] model) {
        write(MODEL, model);
    }

    /** Returns the entry of {@code model.zip}, if there is one. */
    public Optional<StoredFile> model() {
        return Optional.ofNullable(files.get(MODEL));
    }

    /** Writes a file in {@code evaluation/}. */
    public void writeEvaluation(String name, byte[] content) {
        write("evaluation/" + name, content);
    }

    /** Writes a file in {@code rejected/}. */
    public void writeRejected(String name, String csv) {
        write("rejected/" + name, csv);
    }

    /** Writes {@code report.html}. */
    public void writeReport(String html) {
        write(REPORT, html);
    }

    /** Writes a file of a tuning: a recipe, or results of trials. */
    public void writeTuning(String name, byte[] content) {
        write(name, content);
    }

    /**
     * Reads the files of a tuning whose names begin alike, in the order of their names; what is damaged is left out.
     */
    public List<byte[]> readTuning(String prefix) {
        return readWhole(name -> name.startsWith(prefix));
    }

    /** Reads the metrics of the epochs that were trained so far. */
    public List<EpochMetrics> readMetrics() {
        return storage.read(new Path(folder, METRICS))
                .map(csv -> MetricsFile.read(new String(csv, StandardCharsets.UTF_8)))
                .orElse(List.of());
    }

    /**
     * Reads the checkpoint after an epoch, or returns nothing if it is missing, not in the manifest, or has another
     * checksum than the manifest's.
     */
    public Optional<byte[]> wholeCheckpoint(int epoch) {
        return whole(checkpoint(epoch));
    }

    /** Returns the path of a checkpoint, for messages. */
    public String checkpointUri(int epoch) {
        return new Path(folder, checkpoint(epoch)).toString();
    }

    /**
     * Reads {@code model.zip}.
     *
     * @throws StorageException if it is missing, or its checksum is not the manifest's
     */
    public byte[] readModel() {
        return whole(MODEL)
                .orElseThrow(() -> StorageException.of(modelUri() + " is missing or damaged: it is not the file "
                        + "that " + new Path(folder, MANIFEST) + " has written down (SHA-256 "
                        + model().map(StoredFile::sha256).orElse("unknown") + "); restore it"));
    }

    /** Reads the JSON of each evaluated split, in the order of their names; what is missing or damaged is left out. */
    public List<byte[]> readEvaluations() {
        return readWhole(name -> name.matches("evaluation/[^/]+\\.json"));
    }

    private List<byte[]> readWhole(Predicate<String> wanted) {
        List<String> names;
        synchronized (this) {
            names = files.keySet().stream().filter(wanted).toList();
        }
        return names.stream().map(this::whole).flatMap(Optional::stream).toList();
    }

    /** Reads {@code report.html}, or returns nothing if it is missing or damaged. */
    public Optional<byte[]> readReport() {
        return whole(REPORT);
    }

    /** Reads the configuration that the run was made with, or returns nothing if it is gone. */
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

    /**
     * Deletes the run. Its manifest comes last: after an attempt that fails the rest is found again.
     *
     * @throws StorageException if some of it is still there
     */
    public synchronized void delete() {
        files.keySet().forEach(name -> delete(new Path(folder, name)));
        delete(folder);
    }

    private void delete(Path path) {
        requireWritable();
        storage.delete(path);
    }

    private static String checkpoint(int epoch) {
        return String.format(Locale.ROOT, "checkpoints/epoch-%04d.zip", epoch);
    }

    private void write(String name, String content) {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void write(String name, byte[] content) {
        requireWritable();
        files.put(name, store(name, content));
    }

    private StoredFile store(String name, byte[] content) {
        try {
            return storage.write(new Path(folder, name), name, content);
        } catch (StorageException e) {
            owner.ifPresent(JobLock::noteFailedWrite);
            throw e;
        }
    }
}
