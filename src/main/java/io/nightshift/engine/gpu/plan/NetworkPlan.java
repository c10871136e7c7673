package io.nightshift.engine.gpu.plan;

import io.nightshift.engine.gpu.plan.LayerSpec.AveragePooling;
import io.nightshift.engine.gpu.plan.LayerSpec.ConvolutionRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.DenseRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.LayerSpec.Softmax;
import java.util.ArrayList;
import java.util.List;

/**
 * A network's shapes, and where each layer's parameters lie in the flat vector that DL4J saves and averages. There,
 * layer by layer, a convolution has its bias and then its weights {@code [out, in, height, width]}; a dense layer has
 * its weights {@code [in, out]} with {@code in} varying fastest, and then its bias.
 *
 * @param layers     in order
 * @param parameters the length of the flat vector
 */
public record NetworkPlan(List<Layer> layers, int parameters) {

    /** The shape of one example: images of {@code [channels, height, width]}; vectors have height and width 1. */
    public record Shape(int channels, int height, int width) {
        /** Returns the number of elements. */
        public int size() {
            return channels * height * width;
        }

        public int area() {
            return height * width;
        }
    }

    /**
     * One layer.
     *
     * @param bias    where in the flat vector its bias begins; -1 without parameters
     * @param weights where its weights begin; -1 without parameters
     * @param kept    the probability with which dropout keeps an element of its <em>output</em>, as the next layer
     *                demands
     */
    public record Layer(LayerSpec spec, Shape in, Shape out, int bias, int weights, double kept) {
        /** Returns how many weights it has, without its bias. */
        public int weightCount() {
            if (spec instanceof ConvolutionRelu convolution) {
                return out.channels() * in.channels() * convolution.kernel() * convolution.kernel();
            }
            return weights < 0 ? 0 : in.size() * out.size();
        }
    }

    /**
     * Plans a network.
     *
     * @param input the shape of an example
     * @throws IllegalArgumentException if the layers do not fit each other, or this backend cannot compute them in this
     *     order
     */
    public static NetworkPlan of(Shape input, List<LayerSpec> specs) {
        if (specs.isEmpty() || !(specs.get(specs.size() - 1) instanceof Softmax)) {
            throw new IllegalArgumentException("the last layer must be softmax");
        }
        List<Layer> layers = new ArrayList<>();
        Shape in = input;
        int offset = 0;
        for (int i = 0; i < specs.size(); i++) {
            LayerSpec spec = specs.get(i);
            check(spec, i == 0 ? null : specs.get(i - 1), i == specs.size() - 1, in);
            Shape out = out(spec, in);
            double kept = i + 1 < specs.size() ? inputKept(specs.get(i + 1)) : 1;
            int bias = -1;
            int weights = -1;
            if (spec instanceof ConvolutionRelu) {
                bias = offset;
                weights = offset + out.channels();
            } else if (spec instanceof DenseRelu || spec instanceof Softmax) {
                weights = offset;
                bias = offset + in.size() * out.size();
            }
            Layer layer = new Layer(spec, in, out, bias, weights, kept);
            layers.add(layer);
            offset += bias < 0 ? 0 : layer.weightCount() + out.channels();
            in = out;
        }
        return new NetworkPlan(List.copyOf(layers), offset);
    }

    /** Returns the shape of an example. */
    public Shape input() {
        return layers.get(0).in();
    }

    /** Returns the number of classes. */
    public int classes() {
        return layers.get(layers.size() - 1).out().channels();
    }

    /** Returns the most examples of a minibatch: kernels count a layer's elements in 32 bits. */
    public int largestBatch() {
        return Integer.MAX_VALUE
                / layers.stream()
                        .mapToInt(
                                layer -> Math.max(layer.in().size(), layer.out().size()))
                        .max()
                        .orElseThrow();
    }

    private static Shape out(LayerSpec spec, Shape in) {
        if (spec instanceof ConvolutionRelu convolution) {
            return new Shape(
                    convolution.filters(),
                    in.height() - convolution.kernel() + 1,
                    in.width() - convolution.kernel() + 1);
        } else if (spec instanceof MaxPooling pooling) {
            return pooled(in, pooling.window(), pooling.stride());
        } else if (spec instanceof AveragePooling pooling) {
            return pooled(in, pooling.window(), pooling.stride());
        } else if (spec instanceof DenseRelu dense) {
            return new Shape(dense.units(), 1, 1);
        } else {
            return new Shape(((Softmax) spec).classes(), 1, 1);
        }
    }

    private static Shape pooled(Shape in, int window, int stride) {
        return new Shape(in.channels(), (in.height() - window) / stride + 1, (in.width() - window) / stride + 1);
    }

    private static double inputKept(LayerSpec spec) {
        if (spec instanceof DenseRelu dense) {
            return dense.inputKept();
        }
        return spec instanceof Softmax softmax ? softmax.inputKept() : 1;
    }

    private static void check(LayerSpec spec, LayerSpec previous, boolean isLast, Shape in) {
        boolean afterConvolution = previous instanceof ConvolutionRelu;
        if (spec instanceof Softmax && !isLast) {
            throw new IllegalArgumentException("softmax must be the last layer");
        }
        if (spec instanceof MaxPooling pooling && (!afterConvolution || pooling.window() > 15)) {
            throw new IllegalArgumentException(
                    "max pooling must follow a convolution, with a window of at most 15: " + spec);
        }
        if (inputKept(spec) < 1 && !(previous instanceof DenseRelu)) {
            throw new IllegalArgumentException("dropout is computed after dense layers only: " + spec);
        }
        if ((spec instanceof DenseRelu || spec instanceof Softmax) && in.area() > 1) {
            throw new IllegalArgumentException("a dense layer on images of " + in + ": pool them to 1 x 1 before");
        }
        int needed = spec instanceof ConvolutionRelu convolution
                ? convolution.kernel()
                : spec instanceof MaxPooling pooling
                        ? pooling.window()
                        : spec instanceof AveragePooling pooling ? pooling.window() : 1;
        if (needed > in.height() || needed > in.width()) {
            throw new IllegalArgumentException(spec + " does not fit images of " + in);
        }
    }
}
