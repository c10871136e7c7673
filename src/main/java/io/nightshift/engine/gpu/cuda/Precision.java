package io.nightshift.engine.gpu.cuda;

/** How products of 32-bit floats are computed. */
public enum Precision {
    /** With all 24 bits of precision, on the card's ordinary units. */
    FLOAT32,
    /** With 11 bits of precision and sums of 24, on tensor cores (Ampere and later; elsewhere as {@link #FLOAT32}). */
    TF32
}
