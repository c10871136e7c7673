package io.nightshift.engine.gpu.plan;

/** One layer of a network in a row, as far as this backend knows them. */
public sealed interface LayerSpec {

    /**
     * A square convolution of stride 1, with relu.
     *
     * @param padding rows and columns of zeros on each side
     */
    record Convolution(int kernel, int padding) implements LayerSpec {}

    /** The largest value of each square window; windows at the lower and right end may be cut short. */
    record MaxPooling(int window, int stride) implements LayerSpec {}

    /** The mean of each square window. */
    record AveragePooling(int window, int stride) implements LayerSpec {}

    /**
     * Batch normalisation; its layer's weights are gamma, and its bias is beta.
     *
     * @param epsilon  added to the variance
     * @param decay    of the running statistics: {@code running = decay running + (1 - decay) batch's}
     * @param mean     where in the flat vector of parameters the running means begin
     * @param variance where the running variances begin
     */
    record BatchNormalisation(double epsilon, double decay, int mean, int variance) implements LayerSpec {}

    /** A dense layer with relu, on vectors. */
    record Dense() implements LayerSpec {}

    /**
     * Dropout.
     *
     * @param kept the probability to keep an element, in (0, 1)
     */
    record Dropout(double kept) implements LayerSpec {}

    /** A dense layer with softmax, on vectors, which is trained by cross-entropy; always the last layer. */
    record Softmax() implements LayerSpec {}
}
