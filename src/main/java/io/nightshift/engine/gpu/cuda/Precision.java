package io.nightshift.engine.gpu.cuda;

/** The numbers that a step computes with. Parameters and the optimiser's state are 32-bit floats always. */
public enum Precision {
    /** 32-bit floats, with all 24 bits of precision in products, on the card's ordinary units. */
    FLOAT32(Float.BYTES),
    /**
     * 32-bit floats, with 11 bits of precision in products and sums of 24, on tensor cores (Ampere and later; elsewhere
     * as {@link #FLOAT32}).
     */
    TF32(Float.BYTES),
    /** bfloat16, with sums of floats, on tensor cores (Ampere and later). */
    BFLOAT16(Short.BYTES);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the bytes of an activation. */
    public int bytes() {
        return bytes;
    }

    /** Returns the macros with which kernels are compiled. */
    public String[] definitions() {
        return this == BFLOAT16 ? new String[] {"BFLOAT16"} : new String[0];
    }
}
