package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.GpuException.Reason;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;

/** cuDNN, started for one stream. */
final class Cudnn implements AutoCloseable {
    private final cudnnContext context = new cudnnContext();

    Cudnn(GpuStream stream) {
        check(cudnn.cudnnCreate(context), "starting");
        check(cudnn.cudnnSetStream(context, PresetCudaCalls.stream(stream.handle())), "choosing a stream");
    }

    /** Returns cuDNN's handle. */
    cudnnContext context() {
        return context;
    }

    /** Returns the library's version, such as 91900. */
    static long version() {
        return cudnn.cudnnGetVersion();
    }

    /** Throws unless a call of cuDNN succeeded. */
    static void check(int status, String doing) {
        if (status != cudnn.CUDNN_STATUS_SUCCESS) {
            throw new GpuException(reason(status), "cuDNN: " + doing + " failed: " + cudnn.cudnnGetErrorString(status).getString());
        }
    }

    private static Reason reason(int status) {
        if (status == cudnn.CUDNN_STATUS_ALLOC_FAILED || status == cudnn.CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED) {
            return Reason.OUT_OF_MEMORY;
        }
        return status == cudnn.CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED ? Reason.LIBRARY_MISSING : Reason.INTERNAL;
    }

    @Override
    public void close() {
        check(cudnn.cudnnDestroy(context), "ending");
    }
}
