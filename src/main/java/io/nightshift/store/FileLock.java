package io.nightshift.store;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Excludes other processes from a file while it is open, on a file system that has locks. */
public interface FileLock extends AutoCloseable {

    /** Locks files. */
    interface Source {
        /** Waits until no other process holds the lock of this file, and takes it. */
        FileLock lock(Path file) throws IOException;
    }

    /** Returns the locks of a file system, if it has some. */
    static Optional<Source> of(FileSystem files) {
        if (files instanceof LocalFileSystem local) {
            return Optional.of(file -> LocalLock.beside(local.pathToFile(file).toPath()));
        }
        return files instanceof Source own ? Optional.of(own) : Optional.empty();
    }

    @Override
    void close() throws IOException;
}
