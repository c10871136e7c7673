package io.nightshift.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network, step by step, in memory of its own: what it works on is taken from a network with {@link #load} and
 * put back with {@link #store}. Not thread-safe.
 */
public interface Trainer extends AutoCloseable {
    /** Takes parameters, optimiser state, learning rate and count of steps from a network. */
    void load(Network network);

    /**
     * Makes one step: forward pass, backward pass and update.
     *
     * @param features    of a minibatch, as the network takes them
     * @param labels      {@code [n, classes]}; a row that sums to another number than 1 counts by that number
     * @param seed        of the step's random numbers, those of dropout
     * @param weightDecay decoupled (Loshchilov and Hutter, <a
     *                    href="https://arxiv.org/abs/1711.05101">arXiv:1711.05101</a>): after the update weights lose
     *                    this share times the learning rate; biases and batch normalisation lose nothing
     * @return the mean loss over the minibatch, before the update
     */
    double step(INDArray features, INDArray labels, long seed, double weightDecay);

    /** Returns the count of steps, those before {@link #load} included. */
    long steps();

    /** Puts parameters, optimiser state and count of steps into the network that was loaded, or one of its kind. */
    void store(Network network);

    /** Gives the trainer back; it cannot be used again. */
    @Override
    void close();
}
