package io.nightshift.engine.cpu.onednn;

import java.util.Map;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.PointerPointer;

/** An operation of oneDNN's, with layouts chosen and code generated. */
public final class Primitive {
    private final Arena arena;
    private final dnnl_primitive_desc description;
    private final dnnl_primitive primitive;

    /** Describes an operation. */
    @FunctionalInterface
    public interface Description {
        /** Fills in the description and returns oneDNN's status. */
        int create(dnnl_primitive_desc description, dnnl_primitive_attr attributes);
    }

    private Primitive(Arena arena, dnnl_primitive_desc description, dnnl_primitive primitive) {
        this.arena = arena;
        this.description = description;
        this.primitive = primitive;
    }

    /**
     * Makes an operation.
     *
     * @param what names it in messages
     * @throws OneDnnException if the library has none for these layouts
     */
    public static Primitive of(Arena arena, String what, Description description) {
        return of(arena, what, PostOperation.NONE, description);
    }

    /** Makes an operation that is followed by another on each element that it computes. */
    public static Primitive of(Arena arena, String what, PostOperation then, Description description) {
        dnnl_primitive_attr attributes = then.attributes();
        try {
            dnnl_primitive_desc made = new dnnl_primitive_desc();
            OneDnn.check(description.create(made, attributes), what);
            arena.onClose(() -> dnnl.dnnl_primitive_desc_destroy(made));
            dnnl_primitive primitive = new dnnl_primitive();
            OneDnn.check(dnnl.dnnl_primitive_create(primitive, made), what);
            arena.onClose(() -> dnnl.dnnl_primitive_destroy(primitive));
            return new Primitive(arena, made, primitive);
        } finally {
            dnnl.dnnl_primitive_attr_destroy(attributes);
        }
    }

    /** The description, which the operation's gradient needs as a hint. */
    public dnnl_primitive_desc description() {
        return description;
    }

    /** Returns the layout of an argument, named by one of oneDNN's queries, such as {@code dnnl_query_src_md}. */
    public Layout layout(int query) {
        return Layout.borrowed(dnnl.dnnl_primitive_desc_query_md(description, query, 0));
    }

    /** Returns the name of the implementation that oneDNN has chosen, such as {@code brgconv:avx512_core}. */
    public String implementation() {
        try (PointerPointer<?> text = OneDnn.handle()) {
            OneDnn.check(
                    dnnl.dnnl_primitive_desc_query(description, dnnl.dnnl_query_impl_info_str, 0, text),
                    "an implementation's name");
            return text.getString(0);
        }
    }

    /**
     * Binds the operation to its arguments.
     *
     * @param arguments by oneDNN's numbers, such as {@code DNNL_ARG_SRC}
     */
    public Runnable on(Map<Integer, Tensor> arguments) {
        Layout scratchpad = layout(dnnl.dnnl_query_scratchpad_md);
        long scratchpadBytes = scratchpad.bytes();
        arena.needScratchpad(scratchpadBytes);
        int count = arguments.size() + (scratchpadBytes > 0 ? 1 : 0);
        dnnl_exec_arg_t bound = new dnnl_exec_arg_t(count);
        arena.onClose(bound::deallocate);
        int i = 0;
        for (Map.Entry<Integer, Tensor> argument : arguments.entrySet()) {
            bound.position(i++)
                    .arg(argument.getKey())
                    .memory(argument.getValue().handle());
        }
        if (scratchpadBytes == 0) {
            bound.position(0);
            return () -> run(bound, count);
        }
        dnnl_memory memory = new dnnl_memory();
        OneDnn.check(dnnl.dnnl_memory_create(memory, scratchpad.descriptor(), OneDnn.engine(), null), "a scratchpad");
        arena.onClose(() -> dnnl.dnnl_memory_destroy(memory));
        bound.position(i).arg(dnnl.DNNL_ARG_SCRATCHPAD).memory(memory);
        bound.position(0);
        return new Runnable() {
            private boolean placed;

            @Override
            public void run() {
                if (!placed) {
                    OneDnn.check(dnnl.dnnl_memory_set_data_handle(memory, arena.scratchpad()), "a scratchpad");
                    placed = true;
                }
                Primitive.this.run(bound, count);
            }
        };
    }

    private void run(dnnl_exec_arg_t arguments, int count) {
        OneDnn.check(
                dnnl.dnnl_primitive_execute(primitive, arena.stream(), count, arguments), "the run of an operation");
    }
}
