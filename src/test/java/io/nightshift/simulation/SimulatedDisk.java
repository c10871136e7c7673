package io.nightshift.simulation;

import io.nightshift.simulation.Faults.Bug;
import io.nightshift.store.FileLock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;

/** A disk that several machines have mounted: renames replace a file at once, and locks exclude. */
public final class SimulatedDisk extends SimulatedFiles implements FileLock.Source {
    static final String SCHEME = "simulated-disk";

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    void publish(Path file, byte[] content) throws IOException {
        travel(file, true);
        apply(process(), key(file), content);
        process().mayCrash();
    }

    @Override
    public FileLock lock(Path file) throws IOException {
        SimulatedProcess taker = process();
        if (taker.faults().has(Bug.CONDITIONS_IGNORED)) {
            return () -> {};
        }
        String key = key(file);
        SimulatedProcess holder = world().fileLocks.get(key);
        while (holder != null && !holder.isDead()) {
            taker.stand(World.SECOND / 2);
            holder = world().fileLocks.get(key);
        }
        world().fileLocks.put(key, taker);
        return () -> taker.world().fileLocks.remove(key, taker);
    }

    private static void move(Path from, Path to, boolean overwrite) throws IOException {
        travel(to, true);
        byte[] content = world().content.get(key(from));
        if (content == null) {
            throw new FileNotFoundException(from.toString());
        }
        if (!overwrite && world().content.containsKey(key(to))) {
            throw new FileAlreadyExistsException(to.toString());
        }
        world().content.remove(key(from));
        world().created.remove(key(from));
        apply(process(), key(to), content);
        process().mayCrash();
    }

    /** Hadoop renames with a choice through a class of its own. */
    public static final class Renaming extends DelegateToFileSystem {
        public Renaming(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
            super(uri, new SimulatedDisk(), hadoop, SCHEME, false);
        }

        @Override
        public int getUriDefaultPort() {
            return -1;
        }

        @Override
        public void renameInternal(Path from, Path to) throws IOException {
            move(from, to, false);
        }

        @Override
        public void renameInternal(Path from, Path to, boolean overwrite) throws IOException {
            move(from, to, overwrite);
        }
    }
}
