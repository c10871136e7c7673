package io.nightshift.simulation;

import io.nightshift.simulation.Faults.Bug;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The files of the world of the process that asks. */
abstract class SimulatedFiles extends FileSystem {
    private static final long STALE = 5 * World.SECOND;

    private final URI uri = URI.create(getScheme() + ":///");
    private final Path root = new Path(uri);

    @Override
    public URI getUri() {
        return uri;
    }

    static SimulatedProcess process() {
        return SimulatedProcess.current();
    }

    static World world() {
        return process().world();
    }

    static String key(Path path) {
        return path.toUri().getPath();
    }

    static void travel(Path path, boolean write) throws IOException {
        if (write && isOfRun(key(path))) {
            process().change();
        } else {
            process().travel(path.getName().contains(".lock"), write);
        }
    }

    /** Tells whether a file belongs to a run, and is changed by its owner alone; others are for all processes. */
    static boolean isOfRun(String key) {
        return key.startsWith(Invariants.RUNS) && !key.contains(".lock");
    }

    /** Changes a file at once. */
    static void apply(SimulatedProcess writer, String key, byte[] content) {
        writer.world().trace(writer, "writes " + key);
        writer.world().invariants.writing(writer, key, content);
        writer.world().content.put(key, content);
        writer.world().created.putIfAbsent(key, writer.world().time());
    }

    /** Publishes a whole file, when its stream is closed. */
    abstract void publish(Path file, byte[] content) throws IOException;

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        travel(path, false);
        world().trace(process(), "reads " + key(path));
        byte[] content = world().content.get(key(path));
        if (content == null) {
            throw new FileNotFoundException(path.toString());
        }
        return new FSDataInputStream(new Input(content)) {
            /** Without a buffer of 8 KB for each of some millions of small files. */
            @Override
            public byte[] readNBytes(int most) {
                return Arrays.copyOf(content, Math.min(content.length, most));
            }
        };
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        return new FSDataOutputStream(new Output(path), null);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        process().beginChange();
        String key = key(path);
        for (String each : new TreeSet<>(world().content.tailMap(key).keySet())) {
            if (each.equals(key) || each.startsWith(key + "/")) {
                travel(path, true);
                world().trace(process(), "deletes " + each);
                world().invariants.deleting(process(), each);
                world().content.remove(each);
                world().created.remove(each);
            }
        }
        return true;
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        travel(path, false);
        String prefix = key(path) + "/";
        boolean stale = world().chance(process().faults().stale());
        TreeSet<String> folders = new TreeSet<>();
        for (Map.Entry<String, Long> file : world().created.tailMap(prefix).entrySet()) {
            int end = file.getKey().indexOf('/', prefix.length());
            if (file.getKey().startsWith(prefix) && end > 0 && !(stale && file.getValue() > world().time() - STALE)) {
                folders.add(file.getKey().substring(prefix.length(), end));
            }
        }
        return folders.stream()
                .map(name -> new FileStatus(0, true, 1, 1, 0, new Path(path, name)))
                .toArray(FileStatus[]::new);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        travel(path, false);
        byte[] content = world().content.get(key(path));
        if (content != null) {
            return new FileStatus(content.length, false, 1, 1, 0, path);
        }
        String next = world().content.higherKey(key(path) + "/");
        if (next != null && next.startsWith(key(path) + "/")) {
            return new FileStatus(0, true, 1, 1, 0, path);
        }
        throw new FileNotFoundException(path.toString());
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) {
        return true;
    }

    @Override
    public boolean rename(Path from, Path to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setWorkingDirectory(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getWorkingDirectory() {
        return root;
    }

    private static final class Input extends ByteArrayInputStream implements Seekable, PositionedReadable {
        Input(byte[] content) {
            super(content);
        }

        @Override
        public void seek(long position) {
            pos = (int) position;
        }

        @Override
        public long getPos() {
            return pos;
        }

        @Override
        public boolean seekToNewSource(long target) {
            return false;
        }

        @Override
        public int read(long position, byte[] buffer, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void readFully(long position, byte[] buffer, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void readFully(long position, byte[] buffer) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Output extends ByteArrayOutputStream implements Abortable {
        private final Path path;
        private boolean closed;

        Output(Path path) {
            this.path = path;
            process().beginChange();
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                byte[] whole = toByteArray();
                if (process().faults().has(Bug.HALF_OBJECTS)
                        && world().chance(process().faults().crash())) {
                    apply(process(), key(path), Arrays.copyOf(whole, whole.length / 2));
                    throw new Crash();
                }
                publish(path, whole);
            }
        }

        @Override
        public AbortableResult abort() {
            closed = true;
            return null;
        }
    }
}
