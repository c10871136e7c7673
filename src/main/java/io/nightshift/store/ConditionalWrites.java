package io.nightshift.store;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

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
    private static final long SETTLING_SECONDS = 2;

    private final Storage storage;

    public ConditionalWrites(Configuration hadoop) {
        this.storage = new Storage(hadoop);
    }

    /** The content of a file, and the version that a later replacement names. */
    public record Versioned(byte[] content, String version) {}

    /**
     * Reads the file, or returns nothing if there is none.
     *
     * @throws StorageException if it exists and cannot be read
     */
    public Optional<Versioned> read(Path file) {
        return storage.read(file).map(content -> new Versioned(content, Storage.sha256(content)));
    }

    /**
     * Writes a file that does not exist yet.
     *
     * @return false if there is one; it is left as it is
     * @throws StorageException if the file cannot be read or written
     */
    public boolean writeIfAbsent(Path file, byte[] content) {
        return write(file, Optional.empty(), content);
    }

    /**
     * Replaces the version that was read by new content.
     *
     * @return false if the file was changed or deleted since; it is left as it is
     * @throws StorageException if the file cannot be read or written
     */
    public boolean replaceIfUnchanged(Path file, String version, byte[] content) {
        return write(file, Optional.of(version), content);
    }

    private boolean write(Path file, Optional<String> expected, byte[] content) {
        try {
            FileSystem files = storage.fileSystem(file);
            if (files instanceof LocalFileSystem local) {
                try (LocalLock lock = LocalLock.beside(local.pathToFile(file).toPath())) {
                    return compareAndWrite(file, expected, content);
                }
            }
            if (files instanceof S3AFileSystem store) {
                return writeObject(new S3Condition(store), file, expected, content);
            }
            return expected.isEmpty()
                    ? storage.writeNew(files, file, content)
                    : compareAndWrite(file, expected, content);
        } catch (IOException e) {
            throw Storage.unwritable(file, e);
        }
    }

    private boolean writeObject(S3Condition store, Path file, Optional<String> expected, byte[] content)
            throws IOException {
        if (!store.isHonoured(file)) {
            return compareAndWrite(file, expected, content) && hasStayed(file, content);
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

    private boolean hasStayed(Path file, byte[] content) {
        try {
            TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
        } catch (InterruptedException e) {
            // A process that is being ended reads back at once.
            Thread.currentThread().interrupt();
        }
        return isThere(file, content);
    }

    private boolean isThere(Path file, byte[] content) {
        return read(file).map(Versioned::version).equals(Optional.of(Storage.sha256(content)));
    }

    private boolean compareAndWrite(Path file, Optional<String> expected, byte[] content) {
        if (!read(file).map(Versioned::version).equals(expected)) {
            return false;
        }
        storage.write(file, file.getName(), content);
        return true;
    }
}
