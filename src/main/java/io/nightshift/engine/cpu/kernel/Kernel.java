package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Tensor;

/** One operation of a program, compiled: its forward call is added when it is made. */
public abstract class Kernel {
    /** What it computes, in a layout of its choice. */
    public abstract Tensor output();

    /**
     * Adds the calls that compute gradients.
     *
     * @param gradient of the loss with respect to the output, in any layout; may be overwritten
     * @param input    which input's gradient is wanted too
     * @return the gradients with respect to the inputs, null for those that are not wanted
     */
    public abstract Tensor[] backward(Tensor gradient, boolean[] input);
}
