package io.nightshift.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a network's output, with the parameters that it had when the scorer was made. */
public interface Scorer extends AutoCloseable {
    /**
     * Scores examples.
     *
     * @param features as the network takes them
     * @return {@code [n, classes]}
     */
    float[][] scores(INDArray features);

    /** Frees the memory outside of the Java heap; the scorer cannot be used again. */
    @Override
    void close();
}
