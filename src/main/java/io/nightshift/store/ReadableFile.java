package io.nightshift.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Opens files and reads them up to a bound. Only a regular file of this machine is opened: reading a device or a pipe
 * might never end, and opening a pipe waits until somebody writes into it.
 */
public final class ReadableFile {
    private ReadableFile() {}

    /** What is at a path is not read, whoever asks. The message says why, and the remedy what to do. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;
        private final String remedy;

        RefusedException(String message, String remedy) {
            super(message);
            this.remedy = remedy;
        }

        String remedy() {
            return remedy;
        }
    }

    /**
     * Opens a file.
     *
     * @throws RefusedException if it is a device, a pipe or a socket
     */
    public static FSDataInputStream open(Configuration hadoop, Path file) throws IOException {
        return open(StoragePath.fileSystem(file, hadoop), file);
    }

    static FSDataInputStream open(FileSystem files, Path file) throws IOException {
        if (files instanceof LocalFileSystem local) {
            // Hadoop cannot name the checksum file of a file whose name has a colon.
            local.setVerifyChecksum(false);
            java.nio.file.Path path = local.pathToFile(file).toPath();
            if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
                throw new RefusedException(
                        "it is a device, a pipe or a socket, and only regular files are read",
                        "name a file, or write what comes out of it into one");
            }
        }
        return files.open(file);
    }

    /**
     * Reads a stream to its end.
     *
     * @param most bytes
     * @throws RefusedException if there are more
     */
    static byte[] read(InputStream in, long most) throws IOException {
        int bound = (int) Math.min(most, Integer.MAX_VALUE - Long.BYTES);
        byte[] content = in.readNBytes(bound + 1);
        if (content.length > bound) {
            throw new RefusedException(
                    "it holds more than " + (bound >> 20) + " MiB, the most that is read of such a file",
                    "check that it is the right file; NIGHTSHIFT_JAVA_OPTIONS=-Xmx8g lets larger ones be read");
        }
        return content;
    }
}
