package io.nightshift.engine.cpu.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** The shape of an array, the type of its elements, and how they lie in memory: oneDNN's memory descriptor. */
public final class Layout {
    private final dnnl_memory_desc descriptor;
    private final int rank;
    private final Type type;

    private Layout(dnnl_memory_desc descriptor) {
        this.descriptor = descriptor;
        this.rank = number(dnnl.dnnl_query_ndims_s32);
        this.type = number(dnnl.dnnl_query_data_type) == Type.BFLOAT16.code ? Type.BFLOAT16 : Type.FLOAT;
    }

    private int number(int query) {
        try (IntPointer number = new IntPointer(1)) {
            OneDnn.check(dnnl.dnnl_memory_desc_query(descriptor, query, number), "a layout's rank or type");
            return number.get();
        }
    }

    /** Returns the length of each axis. */
    public long[] shape() {
        try (PointerPointer<Pointer> lengths = OneDnn.handle()) {
            OneDnn.check(dnnl.dnnl_memory_desc_query(descriptor, dnnl.dnnl_query_dims, lengths), "a layout's shape");
            long[] shape = new long[rank];
            new LongPointer(lengths.get()).get(shape);
            return shape;
        }
    }

    /** Returns the type of the elements; of other types, which only oneDNN reads, {@code FLOAT}. */
    public Type type() {
        return type;
    }

    /** Returns the number of axes. */
    public int rank() {
        return rank;
    }

    /** Types of elements. */
    public enum Type {
        /** 32-bit floats. */
        FLOAT(dnnl.dnnl_f32, 4),
        /** bfloat16: a float's sign, exponent and the first 7 bits of its fraction. */
        BFLOAT16(dnnl.dnnl_bf16, 2);

        private final int code;
        private final int bytes;

        Type(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        /** Returns the size of an element. */
        public int bytes() {
            return bytes;
        }
    }

    /** Makes a layout that oneDNN chooses for the operation that it is given to. */
    public static Layout any(Arena arena, Type type, long... shape) {
        return tagged(arena, type.code, dnnl.dnnl_format_tag_any, shape);
    }

    /** Makes a layout with the last axis varying fastest. */
    public static Layout plain(Arena arena, Type type, long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strided(arena, type, shape, strides);
    }

    /** Makes a layout of images {@code [n, channels, height, width]} whose channels vary fastest. */
    public static Layout channelsLast(Arena arena, Type type, long... shape) {
        return tagged(arena, type.code, dnnl.dnnl_nhwc, shape);
    }

    /** Makes a layout with these strides, in elements. */
    public static Layout strided(Arena arena, Type type, List<Long> shape, List<Long> strides) {
        return strided(arena, type, array(shape), array(strides));
    }

    private static long[] array(List<Long> list) {
        return list.stream().mapToLong(Long::longValue).toArray();
    }

    private static Layout strided(Arena arena, Type type, long[] shape, long[] strides) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        OneDnn.check(
                dnnl.dnnl_memory_desc_create_with_strides(descriptor, shape.length, shape, type.code, strides),
                "a strided layout");
        return owned(arena, descriptor);
    }

    static Layout bytes(Arena arena, long size) {
        return tagged(arena, dnnl.dnnl_u8, dnnl.dnnl_a, size);
    }

    private static Layout tagged(Arena arena, int type, int tag, long... shape) {
        dnnl_memory_desc descriptor = new dnnl_memory_desc();
        OneDnn.check(dnnl.dnnl_memory_desc_create_with_tag(descriptor, shape.length, shape, type, tag), "a layout");
        return owned(arena, descriptor);
    }

    /** Makes the layout of a part of an array. */
    public Layout part(Arena arena, long[] shape, long[] offsets) {
        dnnl_memory_desc part = new dnnl_memory_desc();
        OneDnn.check(dnnl.dnnl_memory_desc_create_submemory(part, descriptor, shape, offsets), "a part of a layout");
        return owned(arena, part);
    }

    /** Makes the same layout once more, which lives as long as the arena. */
    public Layout copy(Arena arena) {
        dnnl_memory_desc copy = new dnnl_memory_desc();
        OneDnn.check(dnnl.dnnl_memory_desc_clone(copy, descriptor), "a layout's copy");
        return owned(arena, copy);
    }

    private static Layout owned(Arena arena, dnnl_memory_desc descriptor) {
        arena.onClose(() -> dnnl.dnnl_memory_desc_destroy(descriptor));
        return new Layout(descriptor);
    }

    /** Wraps a descriptor that belongs to a primitive's description, and lives as long. */
    static Layout borrowed(dnnl_memory_desc descriptor) {
        return new Layout(descriptor);
    }

    /** The descriptor itself, as descriptions take it. */
    public dnnl_memory_desc descriptor() {
        return descriptor;
    }

    /** Returns the bytes that an array of this layout takes, padding of blocks included. */
    public long bytes() {
        return dnnl.dnnl_memory_desc_get_size(descriptor);
    }

    /** Whether both are the same shape, type and order of elements. */
    public boolean isSameAs(Layout other) {
        return dnnl.dnnl_memory_desc_equal(descriptor, other.descriptor) != 0;
    }
}
