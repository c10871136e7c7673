package io.nightshift.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network, step by step, in memory of its own: what it works on is taken from a network with {@link #load} and
 * put back with {@link #store}. Not thread-safe.
 */
public interface Trainer extends AutoCloseable {
    /** Takes parameters, optimiser state, learning rate and count of steps from a network. */
    void load(Network network);

    /** Sets the learning rate of the steps from now on. */
    void setLearningRate(double rate);

    /**
     * Makes one step: forward pass, backward pass and update. It may still be under way when this returns.
     *
     * @param features    of a minibatch, as the network takes them; a trainer on a graphics card takes images as bytes
     *                    ({@link io.nightshift.dataset.augment.PackedImages})
     * @param labels      {@code [n, classes]}; a row that sums to another number than 1 counts by that number
     * @param seed        of the step's random numbers, those of dropout
     * @param weightDecay decoupled (Loshchilov and Hutter, <a
     *                    href="https://arxiv.org/abs/1711.05101">arXiv:1711.05101</a>): after the update weights lose
     *                    this share times the learning rate; biases and batch normalisation lose nothing
     */
    void step(INDArray features, INDArray labels, long seed, double weightDecay);

    /**
     * Returns the sum, over the examples of all steps since {@link #load} or the last call, of their losses before the
     * update; waits for the end of those steps.
     */
    double takeLoss();

    /** Returns the count of steps, those before {@link #load} included. */
    long steps();

    /** Puts parameters, optimiser state and count of steps into the network that was loaded, or one of its kind. */
    void store(Network network);

    /** Gives the trainer back; it cannot be used again. */
    @Override
    void close();
}
