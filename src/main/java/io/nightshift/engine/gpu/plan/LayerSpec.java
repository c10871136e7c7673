package io.nightshift.engine.gpu.plan;

/** One layer of a network in a row, as far as this backend knows them. No layer pads its input. */
public sealed interface LayerSpec {

    /** A square convolution of stride 1, with relu. */
    record ConvolutionRelu(int kernel, int filters) implements LayerSpec {}

    /** The largest value of each square window. */
    record MaxPooling(int window, int stride) implements LayerSpec {}

    /** The mean of each square window. */
    record AveragePooling(int window, int stride) implements LayerSpec {}

    /**
     * A dense layer with relu.
     *
     * @param inputKept the probability with which dropout keeps an element of the layer's input; 1 for no dropout
     */
    record DenseRelu(int units, double inputKept) implements LayerSpec {}

    /**
     * A dense layer with softmax, which is trained by cross-entropy.
     *
     * @param inputKept as of {@link DenseRelu}
     */
    record Softmax(int classes, double inputKept) implements LayerSpec {}
}
