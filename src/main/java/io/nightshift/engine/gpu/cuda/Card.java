package io.nightshift.engine.gpu.cuda;

import java.util.Optional;

/**
 * An NVIDIA card that CUDA sees.
 *
 * @param index           its number among the visible cards
 * @param uuid            its permanent name, {@code GPU-8f6b...}
 * @param name            its model, such as {@code NVIDIA H200}
 * @param major           the compute capability before the dot
 * @param minor           the compute capability after the dot
 * @param memory          bytes of its memory
 * @param multiprocessors how many of them it has
 */
public record Card(int index, String uuid, String name, int major, int minor, long memory, int multiprocessors) {
    /** CUDA 13 dropped everything before Turing. */
    private static final int OLDEST = 75;

    /** Returns the compute capability without its dot, such as 90. */
    public int architecture() {
        return 10 * major + minor;
    }

    /** Whether its tensor cores multiply bfloat16, which those of Turing do not. */
    public boolean hasBfloat16() {
        return major >= 8;
    }

    /** Returns why this backend cannot use the card; empty if it can. */
    public Optional<String> unusable() {
        return architecture() >= OLDEST
                ? Optional.empty()
                : Optional.of("%s has compute capability %d.%d, and CUDA 13 supports 7.5 and above"
                        .formatted(this, major, minor));
    }

    @Override
    public String toString() {
        return "GPU " + index + " (" + name + ")";
    }
}
