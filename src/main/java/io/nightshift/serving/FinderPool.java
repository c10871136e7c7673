package io.nightshift.serving;

import io.nightshift.vision.detect.FaceFinder;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import java.util.function.Supplier;

/** Keeps face finders, each of which one thread uses at a time; opens another one if all are in use. Thread-safe. */
final class FinderPool implements AutoCloseable {
    private final Supplier<FaceFinder> opening;
    private final Deque<FaceFinder> idle = new ConcurrentLinkedDeque<>();

    FinderPool(Supplier<FaceFinder> opening) {
        this.opening = opening;
    }

    /** Opens one for the first caller. */
    void openFirst() {
        idle.add(opening.get());
    }

    <T> T with(Function<FaceFinder, T> work) {
        FaceFinder kept = idle.poll();
        FaceFinder used = kept == null ? opening.get() : kept;
        try {
            return work.apply(used);
        } finally {
            idle.add(used);
        }
    }

    /** Closes those that nobody uses. */
    @Override
    public void close() {
        idle.forEach(FaceFinder::close);
    }
}
