package io.nightshift.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes small files that several processes share (the lock, the champion), and only while the file is as the writer
 * last read it: of two writers at the same moment one is told that it lost. Content should name its writer, because
 * equal content counts as the same.
 *
 * <p>How exact that is depends on the file system:
 * <ul>
 * <li>local, or mounted: exact, as long as the system's file locks are;
 * <li>HDFS and others with rename: a first write is exact; a replacement reads and then renames, with milliseconds
 * between;
 * <li>S3 with conditional PUT: exact, because the store checks the condition;
 * <li>S3 without conditional PUT: read, write, read back two seconds later; exact unless a write takes longer to
 * arrive.
 * </ul>
 */
public final class ConditionalWrites {
    private static final Duration SETTLING = Duration.ofSeconds(2);
    private static final int QUICK_ATTEMPTS = 5;
    /** Of a lock or a champion with all promotions before it. */
    private static final long LARGEST = 64L << 20;

    private final Storage storage;
    private final ProcessContext process;

    public ConditionalWrites(Configuration hadoop) {
        this(hadoop, ProcessContext.SYSTEM);
    }

    /** @param process that writes */
    public ConditionalWrites(Configuration hadoop, ProcessContext process) {
        this.storage = new Storage(hadoop);
        this.process = process;
    }

    /** Returns the process that writes. */
    public ProcessContext process() {
        return process;
    }

    /** The content of a file, and the version that a later replacement names. */
    public record Versioned(byte[] content, String version) {}

    /**
     * Reads the file, or returns nothing if there is none.
     *
     * @throws StorageException if it exists and cannot be read
     */
    public Optional<Versioned> read(Path file) {
        return storage.read(file, LARGEST).map(content -> new Versioned(content, Storage.sha256(content)));
    }

    /**
     * Writes a file that does not exist yet.
     *
     * @return false if there is one; it is left as it is
     * @throws StorageException if the file cannot be read or written
     */
    public boolean writeIfAbsent(Path file, byte[] content) {
        return write(file, Optional.empty(), content, true);
    }

    /**
     * Replaces the version that was read by new content.
     *
     * @return false if the file was changed or deleted since; it is left as it is
     * @throws StorageException if the file cannot be read or written
     */
    public boolean replaceIfUnchanged(Path file, String version, byte[] content) {
        return write(file, Optional.of(version), content, true);
    }

    /**
     * Replaces the version that was read by new content, for a writer to whom it makes no difference whether it lost.
     *
     * @throws StorageException if the file cannot be read or written
     */
    public void replaceAndForget(Path file, String version, byte[] content) {
        write(file, Optional.of(version), content, false);
    }

    /** Waits until a write to the file system of this file has arrived that seemed to fail, if it still does. */
    public void settle(Path file) {
        try {
            if (FileLock.of(storage.fileSystem(file)).isEmpty()) {
                process.sleep(SETTLING);
            }
        } catch (IOException e) {
            throw Storage.unwritable(file, e);
        }
    }

    private boolean write(Path file, Optional<String> expected, byte[] content, boolean readBack) {
        try {
            FileSystem files = storage.fileSystem(file);
            Optional<FileLock.Source> locks = FileLock.of(files);
            if (locks.isPresent()) {
                try (FileLock lock = locks.get().lock(file)) {
                    return compareAndWrite(file, expected, content);
                }
            }
            Optional<ConditionalPut> store = ConditionalPut.of(files);
            if (store.isPresent()) {
                return writeObject(store.get(), file, expected, content, readBack);
            }
            return expected.isEmpty()
                    ? storage.writeNew(files, file, content)
                    : compareAndWrite(file, expected, content);
        } catch (IOException e) {
            throw Storage.unwritable(file, e);
        }
    }

    private boolean writeObject(
            ConditionalPut store, Path file, Optional<String> expected, byte[] content, boolean readBack)
            throws IOException {
        if (!store.isHonoured(file)) {
            return isStill(file, expected) && put(file, content) && (!readBack || hasStayed(file, content));
        }
        boolean written;
        if (expected.isEmpty()) {
            written = store.putIfAbsent(file, content);
        } else {
            // The tag first: what changes after it makes the write fail.
            Optional<String> tag = store.tag(file);
            written = tag.isPresent()
                    && read(file).map(Versioned::version).equals(expected)
                    && store.putIfTag(file, content, tag.get());
        }
        // A write whose answer was lost is refused when it is tried again, because it is there.
        return written || isThere(file, content);
    }

    /**
     * Reads the file until that was quick: another writer reads back after two seconds, and must find what follows.
     *
     * @throws IOException if the store is too slow for that
     */
    private boolean isStill(Path file, Optional<String> expected) throws IOException {
        for (int attempt = 0; attempt < QUICK_ATTEMPTS; attempt++) {
            long begin = process.nanoTime();
            if (!read(file).map(Versioned::version).equals(expected)) {
                return false;
            }
            if (process.nanoTime() - begin < SETTLING.toNanos() / 4) {
                return true;
            }
        }
        throw new IOException("the store answers too slowly to tell who writes first");
    }

    private boolean hasStayed(Path file, byte[] content) {
        // A process that is being ended reads back at once.
        process.sleep(SETTLING);
        return isThere(file, content);
    }

    private boolean isThere(Path file, byte[] content) {
        return read(file).map(Versioned::version).equals(Optional.of(Storage.sha256(content)));
    }

    private boolean compareAndWrite(Path file, Optional<String> expected, byte[] content) {
        if (!read(file).map(Versioned::version).equals(expected)) {
            return false;
        }
        return put(file, content);
    }

    private boolean put(Path file, byte[] content) {
        storage.write(file, file.getName(), content);
        return true;
    }
}
