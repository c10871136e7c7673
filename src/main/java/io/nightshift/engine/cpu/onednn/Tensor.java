package io.nightshift.engine.cpu.onednn;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** An array in memory outside of the Java heap, with its layout. Not thread-safe. */
public final class Tensor {
    private final Layout layout;
    private final Pointer memory;
    private final dnnl_memory handle;
    private final FloatPointer floats;

    private Tensor(Arena arena, Layout layout, Pointer memory) {
        this.layout = layout;
        this.memory = memory;
        this.floats = new FloatPointer(memory);
        this.handle = new dnnl_memory();
        OneDnn.check(dnnl.dnnl_memory_create(handle, layout.descriptor(), OneDnn.engine(), memory), "a tensor");
        arena.onClose(() -> dnnl.dnnl_memory_destroy(handle));
    }

    /** Allocates an array of zeros. */
    public static Tensor of(Arena arena, Layout layout) {
        return new Tensor(arena, layout, arena.allocate(layout.bytes()));
    }

    /**
     * Lays an array over the memory of another.
     *
     * @param offset in floats, from that array's beginning
     */
    public Tensor view(Arena arena, Layout other, long offset) {
        // Counted from the beginning: put and get leave the pointer where they were.
        return new Tensor(arena, other, floats.position(0).getPointer(offset));
    }

    /** Returns the layout. */
    public Layout layout() {
        return layout;
    }

    Pointer memory() {
        return memory;
    }

    dnnl_memory handle() {
        return handle;
    }

    /** Copies floats in, as they lie in memory. */
    public void put(long at, float[] values, int from, int count) {
        floats.position(at).put(values, from, count);
    }

    /** Copies floats out, as they lie in memory. */
    public void get(long at, float[] values, int from, int count) {
        floats.position(at).get(values, from, count);
    }

    /** Copies from memory outside of the Java heap. */
    public void copyFrom(Pointer source, long bytes) {
        Pointer.memcpy(memory, source, bytes);
    }

    /** Copies to memory outside of the Java heap. */
    public void copyTo(Pointer target, long bytes) {
        Pointer.memcpy(target, memory, bytes);
    }
}
