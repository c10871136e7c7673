package io.nightshift.retraining;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system up to the moment in which a given file is written. Then either the process dies as in a power
 * failure ({@link #HALTS}), or every later change is refused: what lies on the disk is the same.
 */
public final class CrashingFileSystem extends LocalFileSystem {
    /** {@code <file name>|<text in its content>|<"begun" or "written">}; written: all is there under another name. */
    static final String CRASH = "nightshift.test.crash";
    /** Whether the process dies; else the test goes on in it. */
    static final String HALTS = "nightshift.test.halts";

    static final String MESSAGE = "crashed as the test asks";

    private boolean crashed;

    /** Makes the local file system of a program in this process crash. */
    static Configuration at(String crash) {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.file.impl", CrashingFileSystem.class.getName());
        hadoop.set(CRASH, crash);
        return hadoop;
    }

    /** Not one that any code catches and cleans up after. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        Crash() {
            super(MESSAGE);
        }
    }

    private synchronized void crash() {
        if (getConf().getBoolean(HALTS, false)) {
            Runtime.getRuntime().halt(137);
        }
        crashed = true;
        throw new Crash();
    }

    private synchronized void refuseAfterTheCrash() {
        if (crashed) {
            throw new Crash();
        }
    }

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
        refuseAfterTheCrash();
        FSDataOutputStream out =
                super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
        String[] crash = getConf().get(CRASH).split("\\|");
        return file.getName().startsWith("." + crash[0] + ".")
                ? new Crashing(out, crash[1], crash[2].equals("begun"))
                : out;
    }

    @Override
    public boolean mkdirs(Path folder) throws IOException {
        refuseAfterTheCrash();
        return super.mkdirs(folder);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        refuseAfterTheCrash();
        return super.rename(from, to);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        refuseAfterTheCrash();
        return super.delete(path, recursive);
    }

    private final class Crashing extends FSDataOutputStream {
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
                crash();
            }
            super.write(content);
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (found) {
                crash();
            }
        }
    }
}
