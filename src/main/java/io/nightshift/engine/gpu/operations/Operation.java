package io.nightshift.engine.gpu.operations;

/** Computes one layer on buffers that it was built with; starts work on the stream and does not wait for it. */
public interface Operation {

    /** Computes the layer's output from its input. */
    void forward();

    /**
     * Computes the gradients with respect to the layer's parameters and input from that of its output, which it may
     * overwrite.
     */
    void backward();
}
