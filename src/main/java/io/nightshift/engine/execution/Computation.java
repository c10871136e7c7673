package io.nightshift.engine.execution;

import io.nightshift.engine.Backend;
import io.nightshift.engine.Precision;
import java.io.Serializable;

/**
 * How training steps are computed.
 *
 * @param precision     of activations and products; on a GPU, {@link Precision#FLOAT32} means TF32: 32-bit floats of which
 *                      products take 11 bits
 * @param deterministic whether a GPU must give the same bits again; the processor always does
 */
public record Computation(Backend backend, Precision precision, boolean deterministic) implements Serializable {

    /** Computes on the processor. */
    public static Computation onCpu(Precision precision) {
        return new Computation(Backend.CPU, precision, false);
    }

    /** Whether steps take images as bytes ({@link io.nightshift.dataset.augment.PackedImages}). */
    public boolean takesPackedImages() {
        return backend == Backend.GPU;
    }
}
