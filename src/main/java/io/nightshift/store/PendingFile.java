package io.nightshift.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A local file that is written bit by bit, under a hidden name beside its target. It replaces the target when it is
 * whole; until then, and if it never is, what was there stays.
 */
public final class PendingFile implements AutoCloseable {
    private final Path target;
    private final Path path;

    private PendingFile(Path target) {
        this.target = target;
        // The ending stays at the end: FFmpeg chooses the format by it.
        this.path = target.resolveSibling("." + UUID.randomUUID() + "." + target.getFileName());
    }

    /**
     * Names a file; whoever writes it makes it.
     *
     * @throws FileSystemException if there is something at the target that no file may replace
     */
    public static PendingFile of(Path target) throws IOException {
        return new PendingFile(ReplaceableFile.of(target));
    }

    /** Returns where to write. */
    public Path path() {
        return path;
    }

    /** Returns the file that is to be replaced. */
    public Path target() {
        return target;
    }

    /** Puts the file, which is whole and closed, in the place of its target. */
    public void publish() throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes the file, unless it was published. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
