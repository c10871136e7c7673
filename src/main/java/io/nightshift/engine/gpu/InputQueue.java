package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.CudaStatus;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes minibatches to a card, in stream order and without waiting for the card: it still computes on one while the next
 * ones are laid down. A minibatch is one piece of memory: what the step is, the labels and the rows.
 */
final class InputQueue implements ResourceStack.Resource {
    /** Minibatches that may wait in the machine's memory. */
    private static final int SLOTS = 4;

    private static final int ALIGNMENT = 16;

    /**
     * What a step is, besides its minibatch.
     *
     * @param seed         of its random numbers
     * @param learningRate of its update
     * @param left         what weight decay leaves of a weight
     */
    record Step(long seed, float learningRate, float left) {}

    private record Slot(ByteBuffer memory, long taken) {}

    private final CudaCalls cuda;
    private final GpuStream stream;
    private final DeviceBuffer onCard;
    private final Slot[] slots = new Slot[SLOTS];
    private final int labels;
    private final int rows;
    private int next;

    /**
     * Allocates the memory.
     *
     * @param labelCount floats of all labels of a minibatch
     * @param rowBytes   bytes of all rows of a minibatch
     */
    InputQueue(CudaCalls cuda, GpuStream stream, DeviceMemory memory, int labelCount, int rowBytes) {
        this.cuda = cuda;
        this.stream = stream;
        this.labels = ALIGNMENT;
        this.rows = labels + aligned(Math.multiplyExact(labelCount, Float.BYTES));
        int bytes = Math.addExact(rows, rowBytes);
        this.onCard = memory.bytes("minibatches", bytes);
        for (int i = 0; i < SLOTS; i++) {
            ByteBuffer[] pinned = new ByteBuffer[1];
            CudaStatus.check(cuda, cuda.allocatePinned(pinned, bytes), "allocating memory for minibatches");
            long[] event = new long[1];
            CudaStatus.check(cuda, cuda.createEvent(event), "creating an event");
            slots[i] = new Slot(pinned[0].order(ByteOrder.nativeOrder()), event[0]);
        }
    }

    private static int aligned(int bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Returns the address of the current step on the card: its seed, learning rate, and what is left of a weight. */
    long step() {
        return onCard.address();
    }

    /** Returns the address of the current labels on the card. */
    long labels() {
        return onCard.address() + labels;
    }

    /** Returns the address of the current rows on the card. */
    long rows() {
        return onCard.address() + rows;
    }

    /**
     * Lays down a minibatch, and starts its way to the card behind all work so far.
     *
     * @param images direct or not; all remaining bytes are the rows
     */
    void put(Step step, float[] labelValues, ByteBuffer images) {
        Slot slot = slots[next];
        next = (next + 1) % SLOTS;
        CudaStatus.check(cuda, cuda.synchronizeEvent(slot.taken()), "waiting for an earlier minibatch");
        ByteBuffer memory = slot.memory();
        memory.clear();
        memory.putLong(step.seed()).putFloat(step.learningRate()).putFloat(step.left());
        memory.position(labels);
        memory.asFloatBuffer().put(labelValues);
        memory.position(rows);
        memory.put(images);
        memory.flip();
        CudaStatus.check(cuda, cuda.uploadLater(onCard.address(), memory, stream.handle()), "uploading a minibatch");
        CudaStatus.check(cuda, cuda.recordEvent(slot.taken(), stream.handle()), "recording an event");
    }

    @Override
    public void close() {
        for (Slot slot : slots) {
            CudaStatus.check(cuda, cuda.destroyEvent(slot.taken()), "destroying an event");
            CudaStatus.check(cuda, cuda.freePinned(slot.memory()), "freeing memory of minibatches");
        }
    }
}
