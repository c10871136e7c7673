package io.nightshift.engine.graph;

/** What a node of a {@link Graph} computes, for each example of a minibatch. */
public sealed interface Operation {

    /**
     * A convolution, as networks call the cross-correlation.
     *
     * @param groups  parts into which the channels fall, which do not see each other
     * @param weights {@code [out, in, height, width]}, or {@code [groups, out / groups, in / groups, height, width]} if
     *                there are several groups
     * @param bias    {@code [out]}; null for none
     */
    record Convolution(Window window, int groups, ParameterView weights, ParameterView bias) implements Operation {}

    /**
     * A product with a matrix.
     *
     * @param weights {@code [out, in channels, in height, in width]}
     * @param bias    {@code [out]}; null for none
     */
    record Dense(ParameterView weights, ParameterView bias) implements Operation {}

    /**
     * Batch normalisation of each channel (Ioffe and Szegedy, <a
     * href="https://arxiv.org/abs/1502.03167">arXiv:1502.03167</a>).
     *
     * @param epsilon  added to the variance
     * @param decay    of the running statistics: {@code running = decay running + (1 - decay) batch's}
     * @param gamma    factors; null for ones
     * @param beta     summands; null for zeros
     * @param mean     running mean
     * @param variance running variance, or the logarithm of its root
     * @param logStd   whether {@code variance} holds log10 of the standard deviation
     */
    record BatchNormalisation(
            double epsilon,
            double decay,
            ParameterView gamma,
            ParameterView beta,
            ParameterView mean,
            ParameterView variance,
            boolean logStd)
            implements Operation {}

    /** The largest or the mean value of each window. */
    record Pooling(PoolingKind kind, Window window) implements Operation {}

    /** What a pooling takes from a window. */
    enum PoolingKind {
        MAX,
        /** The mean over the elements of the image, without padding. */
        AVERAGE,
        /** The mean over all elements, with padding. */
        AVERAGE_WITH_PADDING
    }

    /** A function of each element. */
    record Activation(ElementFunction function, double alpha) implements Operation {}

    /** Functions of one element. */
    enum ElementFunction {
        RELU,
        /** {@code x} above 0, {@code alpha x} below. */
        LEAKY_RELU,
        ELU,
        TANH,
        SIGMOID,
        SOFTPLUS,
        /** {@code x sigmoid(x)}. */
        SWISH,
        /** {@code x} between 0 and {@code alpha}. */
        CLIPPED_RELU
    }

    /**
     * Sets elements to 0 in training, and divides the others by the probability to keep them.
     *
     * @param kept probability to keep an element, in (0, 1)
     */
    record Dropout(double kept) implements Operation {}

    /** Puts zeros around each image. */
    record Padding(int top, int left, int bottom, int right) implements Operation {}

    /**
     * Adds several images of the same shape.
     *
     * @param factor of the sum: 1, or one over their number for the mean
     */
    record Sum(double factor) implements Operation {}

    /** Multiplies each element by a number, and adds another. */
    record Scaling(double factor, double summand) implements Operation {}

    /** Puts the channels of several images one after the other. */
    record Concatenation() implements Operation {}

    /** Turns a vector into probabilities that sum to 1. */
    record Softmax() implements Operation {}
}
