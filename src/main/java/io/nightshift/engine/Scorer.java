package io.nightshift.engine;

/** Computes a network's output, with the parameters that it had when the scorer was made. */
public interface Scorer extends AutoCloseable {
    /**
     * Scores examples.
     *
     * @param features of the examples, one after the other, each in the order in which the network takes it
     * @param n        how many examples there are
     * @return {@code [n, classes]}
     */
    float[][] scores(float[] features, int n);

    /** Frees the memory outside of the Java heap; the scorer cannot be used again. */
    @Override
    void close();
}
