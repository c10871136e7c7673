package io.nightshift.serving;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Holds the model that new requests get. A request keeps the model that it began with, so no answer comes from two.
 * Thread-safe.
 */
public final class CurrentModel {
    private final AtomicReference<ServedModel> current = new AtomicReference<>();
    private final AtomicInteger replacements = new AtomicInteger();
    private volatile String problem = "";

    /** Gives new requests another model; the one before is freed when its last request is answered. */
    public void replace(ServedModel next) {
        ServedModel before = current.getAndSet(next);
        problem = "";
        if (before != null) {
            replacements.incrementAndGet();
            before.release();
        }
    }

    /**
     * Tells why there is no newer model, or none at all; the present one stays.
     *
     * @param line what is wrong, and what to do; empty if nothing is
     */
    public void report(String line) {
        problem = line;
    }

    /** Returns why the newest champion is not the model that is served; empty if it is. */
    public String problem() {
        return problem;
    }

    /** Returns how often the model was replaced by another. */
    public int replacements() {
        return replacements.get();
    }

    /** Returns the current model for a look at its card; it may be replaced at any time. */
    public Optional<ServedModel> peek() {
        return Optional.ofNullable(current.get());
    }

    /**
     * Returns the current model, which stays in memory until {@link ServedModel#release}.
     *
     * @throws NoModelException if there is none yet
     */
    ServedModel retained() {
        while (true) {
            ServedModel model = current.get();
            if (model == null) {
                throw new NoModelException(problem.isEmpty() ? "the model is being loaded; try again soon" : problem);
            }
            if (model.retain()) {
                return model;
            }
        }
    }

    /** There is no model to answer with, for the reason in the message. */
    public static final class NoModelException extends RuntimeException {
        NoModelException(String message) {
            super(message);
        }
    }
}
