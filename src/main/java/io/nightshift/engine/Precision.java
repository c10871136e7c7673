package io.nightshift.engine;

import java.util.Locale;

/** The type of the numbers with which a network is computed. Weights and the optimiser's state are always floats. */
public enum Precision {
    /** 32-bit floats. */
    FLOAT32,
    /** bfloat16: half the memory and, on processors that have it, half the time; 8 bits of fraction. */
    BFLOAT16;

    /** Returns the name, as configuration files and manifests have it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
