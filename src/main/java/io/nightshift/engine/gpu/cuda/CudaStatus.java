package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;

/** Translates status codes of the CUDA runtime and driver, which share their numbers, into {@link GpuException}s. */
public final class CudaStatus {
    static final int SUCCESS = 0;
    static final int OUT_OF_MEMORY = 2;
    static final int STUB_LIBRARY = 34;
    static final int INSUFFICIENT_DRIVER = 35;
    static final int DEVICES_UNAVAILABLE = 46;
    static final int NO_DEVICE = 100;
    static final int INVALID_DEVICE = 101;
    static final int ECC_UNCORRECTABLE = 214;
    static final int NVLINK_UNCORRECTABLE = 220;
    static final int CONTAINED = 221;
    static final int LAUNCH_TIMEOUT = 702;
    static final int CONTEXT_IS_DESTROYED = 709;
    static final int LAUNCH_FAILURE = 719;
    static final int UNKNOWN = 999;

    private CudaStatus() {}

    /**
     * Throws unless a call succeeded.
     *
     * @param doing what the call was for, such as {@code "starting a kernel"}
     */
    public static void check(CudaCalls cuda, int status, String doing) {
        if (status != SUCCESS) {
            throw new GpuException(reason(status), message(status, doing, cuda.describe(status)));
        }
    }

    /** Returns what a status other than success means for the caller. */
    static Reason reason(int status) {
        return switch (status) {
            case OUT_OF_MEMORY -> Reason.OUT_OF_MEMORY;
            case STUB_LIBRARY -> Reason.NO_DRIVER;
            case INSUFFICIENT_DRIVER -> Reason.DRIVER_TOO_OLD;
            case DEVICES_UNAVAILABLE, NO_DEVICE, INVALID_DEVICE -> Reason.NO_CARD;
            case ECC_UNCORRECTABLE,
                    NVLINK_UNCORRECTABLE,
                    CONTAINED,
                    LAUNCH_TIMEOUT,
                    CONTEXT_IS_DESTROYED,
                    LAUNCH_FAILURE,
                    UNKNOWN -> Reason.CARD_LOST;
            default -> Reason.INTERNAL;
        };
    }

    private static String message(int status, String doing, String description) {
        String failed = doing + " failed: " + description;
        return switch (reason(status)) {
            case OUT_OF_MEMORY -> failed + "; use a smaller batch size";
            case NO_DRIVER -> "no NVIDIA driver: libcuda.so.1 is CUDA's stub (" + failed + ")";
            case DRIVER_TOO_OLD ->
                "the NVIDIA driver is too old for CUDA 13, which needs 580 or later (" + failed + ")";
            case NO_CARD -> "no usable GPU (" + failed + ")";
            case CARD_LOST -> "the GPU stopped working (" + failed + "); start the process again";
            default -> failed;
        };
    }
}
