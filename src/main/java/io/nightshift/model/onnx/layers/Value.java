package io.nightshift.model.onnx.layers;

import io.nightshift.engine.graph.Shape;
import java.util.List;

/** What a name in an ONNX graph stands for while it is read, other than a constant. */
public sealed interface Value {
    /**
     * The images, before the first layer: {@code input * scale + offset}.
     *
     * @param channels     1, or 3
     * @param channelsLast whether they lie as {@code [N, height, width, channels]}
     */
    record Pixels(double scale, double offset, int channels, boolean channelsLast) implements Value {}

    /**
     * The output of a layer.
     *
     * @param layer place in the list of layers; -1 for the network's input
     * @param shape of one example
     * @param flat  whether it is {@code [N, length]}, and not {@code [N, channels, height, width]}
     */
    record Activations(int layer, Shape shape, boolean flat) implements Value {}

    /** The probabilities, with the layer whose softmax they are. */
    record Scores(Activations logits) implements Value {}

    /**
     * Sizes that the file computes while it runs, from the shape of some value.
     *
     * @param sizes each, or {@link #BATCH} for the number of images
     */
    record Sizes(List<Long> sizes) implements Value {
        /** Stands for the number of images. */
        public static final long BATCH = -2;
    }
}
