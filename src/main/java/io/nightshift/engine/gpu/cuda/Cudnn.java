package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;

/** cuDNN, started for one stream. */
public final class Cudnn implements ResourceStack.Resource {
    /** Statuses of cuDNN 9, which the older presets of the build with ND4J's CUDA do not name. */
    static final int SUBLIBRARY_LOADING_FAILED = 1008;

    static final int HOST_ALLOCATION_FAILED = 4003;
    static final int DEVICE_ALLOCATION_FAILED = 4004;
    /** The first and the last of its execution failures, most of them CUDA's own. */
    private static final int EXECUTION_FAILED = 5000;

    private static final int LAST_EXECUTION_FAILED = 5999;

    private final cudnnContext context = new cudnnContext();
    private final GpuStream stream;

    public Cudnn(GpuStream stream) {
        this.stream = stream;
        check(cudnn.cudnnCreate(context), "starting");
        check(cudnn.cudnnSetStream(context, PresetCudaCalls.stream(stream.handle())), "choosing a stream");
    }

    /** Returns cuDNN's handle. */
    public cudnnContext context() {
        return context;
    }

    /** Returns the stream of its work. */
    public GpuStream stream() {
        return stream;
    }

    /** Returns the library's version, such as 91900. */
    public static long version() {
        return cudnn.cudnnGetVersion();
    }

    /** Throws unless a call of cuDNN succeeded. */
    public static void check(int status, String doing) {
        if (status != cudnn.CUDNN_STATUS_SUCCESS) {
            throw new GpuException(
                    reason(status),
                    "cuDNN: " + doing + " failed: "
                            + cudnn.cudnnGetErrorString(status).getString());
        }
    }

    /** Returns what a status other than success means for the caller. */
    static Reason reason(int status) {
        if (status >= EXECUTION_FAILED && status <= LAST_EXECUTION_FAILED) {
            return Reason.CARD_LOST;
        }
        return switch (status) {
            case HOST_ALLOCATION_FAILED, DEVICE_ALLOCATION_FAILED -> Reason.OUT_OF_MEMORY;
            case SUBLIBRARY_LOADING_FAILED -> Reason.LIBRARY_MISSING;
            default -> Reason.INTERNAL;
        };
    }

    @Override
    public void close() {
        check(cudnn.cudnnDestroy(context), "ending");
    }
}
