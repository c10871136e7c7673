package io.nightshift.store;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Makes Hadoop's paths of the texts by which users name files and folders, and finds their file systems. */
public final class StoragePath {
    /** A scheme as in RFC 3986, and a slash, without which Hadoop takes no URI. */
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*", Pattern.DOTALL);

    private static final Pattern EMPTY_URI = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):/*");
    private static final String EXAMPLES = "such as /data/x or s3a://bucket/x";

    private StoragePath() {}

    /** A text names no file or folder. The message is one line for the user. */
    public static final class NoPathException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private NoPathException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Makes a path of a text. A colon that ends no scheme is part of a local file's name, such as
     * {@code 10:30:00.jpg}, where {@link Path} itself fails.
     *
     * @throws NoPathException if it is empty, a scheme alone, or has what no URI may have
     */
    public static Path of(String text) {
        if (text.isEmpty()) {
            throw new NoPathException("an empty name is no path or URI; name one, " + EXAMPLES, null);
        }
        if (EMPTY_URI.matcher(text).matches() && !text.equals("file:/") && !text.equals("file:///")) {
            throw new NoPathException(
                    "'" + text + "' names nothing after its scheme; name a path or URI, " + EXAMPLES, null);
        }
        try {
            int colon = text.indexOf(':');
            int slash = text.indexOf('/');
            boolean hasColonInName = colon >= 0 && (slash < 0 || colon < slash);
            return hasColonInName && !URI.matcher(text).matches() ? new Path(null, null, text) : new Path(text);
        } catch (IllegalArgumentException e) {
            throw new NoPathException(
                    "'" + text + "' is no path or URI (" + reason(e) + "); correct it, " + EXAMPLES, e);
        }
    }

    /**
     * Returns the file system of a path.
     *
     * @throws ReadableFile.RefusedException if no file system has the path's scheme, or it lacks what that needs
     */
    public static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
        try {
            return path.getFileSystem(hadoop);
        } catch (UnsupportedFileSystemException e) {
            throw new ReadableFile.RefusedException(
                    "there is no file system for the scheme " + path.toUri().getScheme(),
                    "name a local path, or a URI of file:, hdfs: or s3a:");
        } catch (IllegalArgumentException e) {
            // HDFS throws it for a host that is not known, S3 for a URI without a bucket.
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new ReadableFile.RefusedException(reason(e), "correct the URI, " + EXAMPLES);
        }
    }

    /** Java's reason, without its class and the text. */
    private static String reason(IllegalArgumentException e) {
        return String.valueOf(e.getMessage())
                .replaceFirst("^java\\.net\\.URISyntaxException: ", "")
                .lines()
                .findFirst()
                .orElse("");
    }
}
