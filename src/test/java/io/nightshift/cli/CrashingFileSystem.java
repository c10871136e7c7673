package io.nightshift.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, under which the process dies like by a power failure when a given file is written: without any
 * word, at the moment that {@value #KEY} names.
 */
public final class CrashingFileSystem extends LocalFileSystem {
    /** {@code <file name>|<text in its content>|<"begun" or "written">}; written: all is there under another name. */
    static final String KEY = "nightshift.test.crash";

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        FSDataOutputStream out =
                super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
        String[] crash = getConf().get(KEY).split("\\|");
        return file.getName().startsWith("." + crash[0] + ".")
                ? new Crashing(out, crash[1], crash[2].equals("begun"))
                : out;
    }

    private static final class Crashing extends FSDataOutputStream {
        private final String text;
        private final boolean atOnce;
        private boolean found;

        Crashing(FSDataOutputStream out, String text, boolean atOnce) throws IOException {
            super(out, null);
            this.text = text;
            this.atOnce = atOnce;
        }

        @Override
        public void write(byte[] content) throws IOException {
            found = new String(content, StandardCharsets.UTF_8).contains(text);
            if (found && atOnce) {
                super.write(content, 0, content.length / 2);
                hsync();
                Runtime.getRuntime().halt(137);
            }
            super.write(content);
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (found) {
                Runtime.getRuntime().halt(137);
            }
        }
    }
}
