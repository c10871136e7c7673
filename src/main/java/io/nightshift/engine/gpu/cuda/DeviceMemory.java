package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Allocates buffers on a card and frees them together. Must be used by one thread at a time, the one that chose the
 * card.
 */
public final class DeviceMemory implements ResourceStack.Resource {
    private static final double MEBI = 1 << 20;

    private final CudaCalls cuda;
    private final Deque<DeviceBuffer> buffers = new ArrayDeque<>();
    private long allocated;

    public DeviceMemory(CudaCalls cuda) {
        this.cuda = cuda;
    }

    /**
     * Allocates a buffer of floats, whose content is undefined.
     *
     * @param purpose what it holds, for error messages
     * @throws GpuException if the card's memory does not suffice
     */
    public DeviceBuffer floats(String purpose, long count) {
        return bytes(purpose, Math.multiplyExact(count, Float.BYTES));
    }

    /** Allocates a buffer of bytes, whose content is undefined; see {@link #floats}. */
    public DeviceBuffer bytes(String purpose, long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(purpose + ": a buffer of " + bytes + " bytes");
        }
        long[] address = new long[1];
        int status = cuda.allocate(address, bytes);
        if (status == CudaStatus.OUT_OF_MEMORY) {
            throw new GpuException(Reason.OUT_OF_MEMORY, outOfMemory(purpose, bytes));
        }
        CudaStatus.check(cuda, status, "allocating memory for " + purpose);
        DeviceBuffer buffer = new DeviceBuffer(cuda, purpose, address[0], bytes);
        buffers.push(buffer);
        allocated += bytes;
        return buffer;
    }

    /** Frees one buffer before the others. */
    public void free(DeviceBuffer buffer) {
        if (!buffers.remove(buffer)) {
            throw new IllegalArgumentException(buffer + " is not of this memory, or was freed");
        }
        allocated -= buffer.bytes();
        buffer.close();
    }

    /** Returns the bytes of all buffers. */
    public long allocated() {
        return allocated;
    }

    /**
     * Frees all buffers, the youngest first. Goes on after a failure.
     *
     * @throws GpuException the first failure; a lost card is none, since its memory is gone
     */
    @Override
    public void close() {
        GpuException first = null;
        while (!buffers.isEmpty()) {
            try {
                buffers.pop().close();
            } catch (GpuException e) {
                first = first == null ? e : first;
            }
        }
        allocated = 0;
        if (first != null && first.reason() != Reason.CARD_LOST) {
            throw first;
        }
    }

    private String outOfMemory(String purpose, long bytes) {
        long[] free = new long[1];
        String left = cuda.freeMemory(free) == CudaStatus.SUCCESS
                ? "%.0f MiB are free".formatted(free[0] / MEBI)
                : "little is free";
        return ("the GPU's memory does not suffice: %s needs %.0f MiB, %.0f MiB are in use by this network and %s; "
                        + "use a smaller batch size")
                .formatted(purpose, bytes / MEBI, allocated / MEBI, left);
    }
}
