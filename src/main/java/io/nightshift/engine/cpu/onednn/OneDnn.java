package io.nightshift.engine.cpu.onednn;

import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** The library itself: one engine for the processor, and what all its calls have in common. Thread-safe. */
public final class OneDnn {
    private static final dnnl_engine ENGINE = create();

    private OneDnn() {}

    private static dnnl_engine create() {
        dnnl_engine engine = new dnnl_engine();
        check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "its engine for the processor");
        return engine;
    }

    /** The processor, as descriptions take it. */
    public static dnnl_engine engine() {
        return ENGINE;
    }

    /** Makes a stream, in which one thread's calls run one after the other; the process keeps it. */
    static dnnl_stream stream() {
        dnnl_stream stream = new dnnl_stream();
        check(dnnl.dnnl_stream_create(stream, ENGINE, dnnl.dnnl_stream_in_order), "a stream");
        return stream;
    }

    /**
     * Checks what a call returned.
     *
     * @throws OneDnnException if it is no success; {@code what} names what was asked for
     */
    static void check(int status, String what) {
        if (status != dnnl.dnnl_success) {
            throw new OneDnnException(status, what);
        }
    }

    /** Makes room for a handle that a call fills in. */
    static PointerPointer<Pointer> handle() {
        return new PointerPointer<>(1);
    }

    /** Returns the version of the library, such as {@code 3.11.0}. */
    public static String version() {
        var version = dnnl.dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    static String text(BytePointer text) {
        return text == null || text.isNull() ? "" : text.getString();
    }
}
