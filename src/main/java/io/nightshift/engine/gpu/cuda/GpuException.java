package io.nightshift.engine.gpu.cuda;

/** Reports that a card cannot be used, or failed while it was; the message is one line that names the cause. */
public final class GpuException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as a caller can act on it. */
    public enum Reason {
        /** No NVIDIA driver is installed. */
        NO_DRIVER,
        /** The driver is older than the CUDA libraries need. */
        DRIVER_TOO_OLD,
        /** A CUDA library, or the presets' native part, was not found. */
        LIBRARY_MISSING,
        /** No visible card can be used. */
        NO_CARD,
        /** The card's memory is full; fewer examples per minibatch may fit. */
        OUT_OF_MEMORY,
        /** The card stopped working; this process cannot use it again. */
        CARD_LOST,
        /** A defect of this program or of a library. */
        INTERNAL
    }

    private final Reason reason;

    public GpuException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public GpuException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Returns what went wrong. */
    public Reason reason() {
        return reason;
    }
}
