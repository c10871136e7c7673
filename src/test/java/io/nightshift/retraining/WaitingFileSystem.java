package io.nightshift.retraining;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The local file system, in which the opening of a file {@code waited-…} waits for a file of that name and {@code .open}. */
public final class WaitingFileSystem extends LocalFileSystem {
    private static final int TRIES = 24_000;

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
        if (file.getName().startsWith("waited-")) {
            Path permission = file.suffix(".open");
            for (int tries = 0; tries < TRIES && !exists(permission); tries++) {
                try {
                    TimeUnit.MILLISECONDS.sleep(10);
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }
        }
        return super.open(file, bufferSize);
    }
}
