package io.nightshift.engine.cpu.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Owns native memory and handles, and frees them together. Also the place of the scratchpad, which all calls of an
 * arena share: they run one after the other. Not thread-safe.
 */
public final class Arena implements AutoCloseable {
    /** A page: oneDNN's vectors are aligned by much less, and large pages begin at no smaller address. */
    private static final long ALIGNMENT = 4096;

    private final Deque<Runnable> releases = new ArrayDeque<>();
    private final dnnl_stream stream = OneDnn.stream();
    private long bytes;
    private long scratchpadBytes;
    private Tensor scratchpad;

    /** Makes an empty arena. */
    public Arena() {
        onClose(() -> dnnl.dnnl_stream_destroy(stream));
    }

    /** Has something done when the arena is closed; what was added last is done first. */
    public void onClose(Runnable release) {
        releases.push(release);
    }

    /** Allocates zeroed memory outside of the Java heap. */
    Pointer allocate(long size) {
        BytePointer whole = new BytePointer(size + ALIGNMENT);
        bytes += size + ALIGNMENT;
        onClose(whole::deallocate);
        long offset = (ALIGNMENT - whole.address() % ALIGNMENT) % ALIGNMENT;
        BytePointer aligned = whole.getPointer(offset);
        Pointer.memset(aligned, 0, size);
        return aligned;
    }

    /** Returns the bytes that were allocated so far. */
    public long bytes() {
        return bytes;
    }

    /** Returns how many handles and blocks of memory it owns. */
    public int held() {
        return releases.size();
    }

    dnnl_stream stream() {
        return stream;
    }

    /** Asks for a scratchpad of at least this size. */
    void needScratchpad(long size) {
        scratchpadBytes = Math.max(scratchpadBytes, size);
    }

    /** Returns the scratchpad's memory; no call may ask for a larger one afterwards. */
    Pointer scratchpad() {
        if (scratchpad == null) {
            scratchpad = Tensor.of(this, Layout.bytes(this, Math.max(1, scratchpadBytes)));
        }
        if (scratchpadBytes > scratchpad.layout().bytes()) {
            throw new IllegalStateException("a call was added after the first one ran");
        }
        return scratchpad.memory();
    }

    @Override
    public void close() {
        while (!releases.isEmpty()) {
            releases.pop().run();
        }
    }
}
