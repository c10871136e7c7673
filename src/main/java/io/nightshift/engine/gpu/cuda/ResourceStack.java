package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was made for a step in the reverse order, also if only a part of it could be made. */
public final class ResourceStack implements AutoCloseable {

    /** Something that throws nothing but {@link GpuException} when it is closed. */
    public interface Resource extends AutoCloseable {
        @Override
        void close();
    }

    private final Deque<Resource> resources = new ArrayDeque<>();

    /** Takes over a resource. */
    public <T extends Resource> T own(T resource) {
        resources.push(resource);
        return resource;
    }

    /**
     * Closes all resources, the youngest first, and goes on after a failure. A second call does nothing.
     *
     * @throws GpuException the first failure; not that a card was lost, since nothing is left on it
     */
    @Override
    public void close() {
        GpuException first = null;
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (GpuException e) {
                first = first == null && e.reason() != Reason.CARD_LOST ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Closes all after a failure, which stays the one to report. */
    public void closeAfter(Throwable failure) {
        try {
            close();
        } catch (GpuException e) {
            failure.addSuppressed(e);
        }
    }
}
