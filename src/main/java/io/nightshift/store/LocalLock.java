package io.nightshift.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps other processes and threads of this machine away from a file for as long as it is open. The system lets go of
 * it when the process dies; its hidden file stays, because whoever deleted it could take it from under another.
 */
final class LocalLock implements AutoCloseable {
    /** The system's locks are held by processes, and know nothing of threads. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final FileChannel channel;

    private LocalLock(FileChannel channel) {
        this.channel = channel;
    }

    static LocalLock beside(Path file) throws IOException {
        THREADS.lock();
        FileChannel channel = null;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            channel = FileChannel.open(
                    file.resolveSibling("." + file.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            channel.lock();
            return new LocalLock(channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            THREADS.unlock();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            THREADS.unlock();
        }
    }
}
