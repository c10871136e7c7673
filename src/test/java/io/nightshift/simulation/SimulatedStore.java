package io.nightshift.simulation;

import io.nightshift.simulation.Faults.Bug;
import io.nightshift.store.ConditionalPut;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** An object store: an object appears whole when it has arrived, with conditions or without. */
public final class SimulatedStore extends SimulatedFiles implements ConditionalPut {
    static final String SCHEME = "simulated-store";

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public boolean hasPathCapability(Path path, String capability) {
        return capability.equals(StreamCapabilities.ABORTABLE_STREAM);
    }

    @Override
    void publish(Path file, byte[] content) throws IOException {
        put(file, content, present -> true);
    }

    @Override
    public boolean isHonoured(Path file) {
        return world().kind == World.Files.CONDITIONAL_STORE;
    }

    @Override
    public Optional<String> tag(Path file) throws IOException {
        travel(file, false);
        return present(world(), key(file));
    }

    private static Optional<String> present(World world, String key) {
        return Optional.ofNullable(world.content.get(key)).map(content -> "tag-" + Arrays.hashCode(content));
    }

    @Override
    public boolean putIfAbsent(Path file, byte[] content) throws IOException {
        return put(file, content, Optional::isEmpty);
    }

    @Override
    public boolean putIfTag(Path file, byte[] content, String tag) throws IOException {
        return put(file, content, present -> present.equals(Optional.of(tag)));
    }

    private static boolean put(Path file, byte[] content, Predicate<Optional<String>> condition) throws IOException {
        SimulatedProcess writer = process();
        World world = world();
        String key = key(file);
        travel(file, true);
        // Without this fault no chance is drawn, and the histories of all seeds stay as they are.
        if (writer.faults().killed() > 0 && world.chance(writer.faults().killed())) {
            world.later(world.upTo(World.LATE), () -> arrive(writer, key, content, condition));
            writer.crashAndRestart();
        }
        if (world.chance(writer.faults().late())) {
            world.later(world.upTo(World.LATE), () -> arrive(writer, key, content, condition));
            writer.stand(0);
            throw new IOException("no answer came in time");
        }
        boolean written = arrive(writer, key, content, condition);
        writer.mayCrash();
        if (written && world.chance(writer.faults().lost())) {
            if (world.chance(0.5)) {
                throw new IOException("the answer was lost");
            }
            // Tried again by the client: refused now, if there is a condition.
            return arrive(writer, key, content, condition);
        }
        return written;
    }

    private static boolean arrive(
            SimulatedProcess writer, String key, byte[] content, Predicate<Optional<String>> condition) {
        if (!condition.test(present(writer.world(), key)) && !writer.faults().has(Bug.CONDITIONS_IGNORED)) {
            return false;
        }
        apply(writer, key, content);
        return true;
    }
}
