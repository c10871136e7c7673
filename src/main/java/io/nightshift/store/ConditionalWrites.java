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
 * Small files that several processes write, such as a lock: a write takes place only while the file is as the writer
 * last saw it, so that of two writers one is told that it lost. Content should name its writer, because equal content
 * counts as the same.
 *
 * <p>On a local file system and on one mounted from elsewhere this is exact as long as the system's file locks are. On
 * HDFS and the like a first write is exact; a replacement looks and then renames, with some milliseconds in between. On
 * S3 the condition is the store's, and exact; on a store that does not mind conditions a write looks, writes, and looks
 * again two seconds later whether its own content is what stayed: of two writers at the same moment one is told that it
 * lost, unless a write takes longer than that to arrive.
 */
public final class ConditionalWrites {
    private static final long SETTLING_SECONDS = 2;

    private final Storage storage;

    public ConditionalWrites(Configuration hadoop) {
        this.storage = new Storage(hadoop);
    }

    /** A file's content, and the version that a later replacement names. */
    public record Versioned(byte[] content, String version) {}

    /**
     * The file as it is, or nothing if there is none.
     *
     * @throws StorageException if it is there and cannot be read
     */
    public Optional<Versioned> read(Path file) {
        return storage.read(file).map(content -> new Versioned(content, Storage.sha256(content)));
    }

    /**
     * Writes a file that does not exist yet.
     *
     * @return false if there is one; it is left as it is
     * @throws StorageException if it cannot be known or written
     */
    public boolean writeIfAbsent(Path file, byte[] content) {
        return write(file, Optional.empty(), content);
    }

    /**
     * Puts new content in place of the version that was read.
     *
     * @return false if the file was changed or deleted since; it is left as it is
     * @throws StorageException if it cannot be known or written
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
            // A process that is being ended looks at once.
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
