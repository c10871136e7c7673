package io.nightshift.model.onnx.reader;

import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.Window;
import io.nightshift.model.onnx.file.Constant;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.LayerList;
import io.nightshift.model.onnx.layers.Value.Activations;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;

/** Makes layers of nodes that move a window over images: convolutions and poolings. */
final class WindowLayers {
    private final LayerList layers;

    WindowLayers(LayerList layers) {
        this.layers = layers;
    }

    /**
     * A window, and how DL4J's layers are told of its padding.
     *
     * @param mode    {@code Same}, or {@code Truncate} with {@code padding}
     * @param padding rows before and after, columns before and after; those that differ need zeros of their own
     */
    private record Placed(Window window, ConvolutionMode mode, int[] padding) {
        boolean isEven() {
            return window.top() == window.bottom() && window.left() == window.right();
        }
    }

    /** @param bias null for none */
    Activations convolution(OnnxNode node, Activations given, Constant weights, float[] bias) {
        if (weights.shape().size() != 4) {
            throw node.refused("its weights have the shape " + weights.shape() + "; known are convolutions of images");
        }
        int channels = given.shape().channels();
        int outputs = weights.size(0);
        long groups = node.integer("group", 1);
        boolean depthwise = groups == channels && groups > 1 && weights.size(1) == 1 && outputs % channels == 0;
        if (!depthwise && (groups != 1 || weights.size(1) != channels)) {
            throw node.refused("its " + groups + " groups with weights of " + weights.shape() + " do not fit "
                    + channels + " channels; known are one group, or one for each channel");
        }
        int[] kernel = {weights.size(2), weights.size(3)};
        Placed placed = placed(node, kernel, given.shape(), false);
        Activations in = given;
        if (placed.mode() == ConvolutionMode.Truncate && !placed.isEven()) {
            in = padded(node, given, placed.padding());
            placed = new Placed(placed.window(), ConvolutionMode.Truncate, new int[4]);
        }
        Window window = placed.window();
        ConvolutionLayer layer = depthwise
                ? new DepthwiseConvolution2D.Builder(kernel)
                        .depthMultiplier(outputs / channels)
                        .stride(window.strideY(), window.strideX())
                        .dilation(window.dilateY(), window.dilateX())
                        .convolutionMode(placed.mode())
                        .padding(placed.padding()[0], placed.padding()[2])
                        .hasBias(bias != null)
                        .build()
                : new ConvolutionLayer.Builder(kernel)
                        .nOut(outputs)
                        .stride(window.strideY(), window.strideX())
                        .dilation(window.dilateY(), window.dilateX())
                        .convolutionMode(placed.mode())
                        .padding(placed.padding()[0], placed.padding()[2])
                        .hasBias(bias != null)
                        .build();
        float[] values = depthwise ? channelsInside(weights) : weights.floats();
        Shape shape = over(node, window, given.shape(), outputs);
        return new Activations(
                layers.add(layer, in.layer(), bias == null ? Map.of("W", values) : Map.of("W", values, "b", bias)),
                shape,
                false);
    }

    /** Turns {@code [channels * multiplier, 1, height, width]} into {@code [height, width, channels, multiplier]}. */
    private static float[] channelsInside(Constant weights) {
        float[] from = weights.floats();
        float[] to = new float[from.length];
        int area = weights.size(2) * weights.size(3);
        int outputs = weights.size(0);
        for (int output = 0; output < outputs; output++) {
            for (int position = 0; position < area; position++) {
                to[position * outputs + output] = from[output * area + position];
            }
        }
        return to;
    }

    Activations pooling(OnnxNode node, Activations in, PoolingType type) {
        int[] kernel = node.sizes("kernel_shape");
        if (kernel.length != 2) {
            throw node.refused("its kernel_shape has " + kernel.length + " sizes; known are poolings of images");
        }
        boolean withPadding = node.integer("count_include_pad", 0) != 0;
        boolean roundsUp = node.integer("ceil_mode", 0) != 0;
        Placed placed = placed(node, kernel, in.shape(), roundsUp);
        Activations taken = in;
        if (placed.mode() == ConvolutionMode.Truncate && !placed.isEven()) {
            if (type == PoolingType.MAX || !withPadding || roundsUp) {
                throw node.refused("its padding of different sizes on two sides is not known");
            }
            taken = padded(node, in, placed.padding());
            placed = new Placed(placed.window(), ConvolutionMode.Truncate, new int[4]);
        }
        Window window = placed.window();
        SubsamplingLayer layer = new SubsamplingLayer.Builder(
                        type, kernel, new int[] {window.strideY(), window.strideX()})
                .dilation(window.dilateY(), window.dilateX())
                .convolutionMode(placed.mode())
                .padding(placed.padding()[0], placed.padding()[2])
                .build();
        layer.setAvgPoolIncludePadInDivisor(withPadding);
        Shape shape = over(node, window, in.shape(), in.shape().channels());
        return new Activations(layers.add(layer, taken.layer(), Map.of()), shape, false);
    }

    /** Pools each channel to one number. */
    Activations globalPooling(Activations in, PoolingType type) {
        int[] whole = {in.shape().height(), in.shape().width()};
        SubsamplingLayer layer = new SubsamplingLayer.Builder(type, whole, whole).build();
        return new Activations(
                layers.add(layer, in.layer(), Map.of()), new Shape(in.shape().channels(), 1, 1), false);
    }

    /** @param by rows before and after, columns before and after */
    Activations padded(OnnxNode node, Activations in, int... by) {
        Shape shape = in.shape();
        Shape larger = new Shape(shape.channels(), shape.height() + by[0] + by[1], shape.width() + by[2] + by[3]);
        return new Activations(
                layers.add(new ZeroPaddingLayer.Builder(by).build(), in.layer(), Map.of()),
                GraphValues.bounded(node, larger),
                false);
    }

    private static Placed placed(OnnxNode node, int[] kernel, Shape in, boolean roundsUp) {
        int[] stride = node.sizes("strides", 1, 1);
        int[] dilation = node.sizes("dilations", 1, 1);
        int[] given = node.sizes("pads", 0, 0, 0, 0);
        if (stride.length != 2 || dilation.length != 2 || given.length != 4 || stride[0] * stride[1] == 0) {
            throw node.refused("its strides, dilations or pads are not those of images");
        }
        int[] same = new int[4];
        int[] pads = {given[0], given[2], given[1], given[3]};
        String automatic = node.text("auto_pad", "NOTSET");
        for (int axis = 0; axis < 2; axis++) {
            int size = axis == 0 ? in.height() : in.width();
            int extent = (kernel[axis] - 1) * dilation[axis] + 1;
            int positions = (size + stride[axis] - 1) / stride[axis];
            int missing = Math.max(0, (positions - 1) * stride[axis] + extent - size);
            same[2 * axis] = missing / 2;
            same[2 * axis + 1] = missing - missing / 2;
            if (automatic.startsWith("SAME")) {
                pads[2 * axis] = automatic.equals("SAME_LOWER") ? same[2 * axis + 1] : same[2 * axis];
                pads[2 * axis + 1] = missing - pads[2 * axis];
            } else if (roundsUp) {
                int rest = (size + pads[2 * axis] + pads[2 * axis + 1] - extent) % stride[axis];
                pads[2 * axis + 1] += rest > 0 ? stride[axis] - rest : 0;
            }
        }
        try {
            Window window = new Window(
                    kernel[0],
                    kernel[1],
                    stride[0],
                    stride[1],
                    dilation[0],
                    dilation[1],
                    pads[0],
                    pads[2],
                    pads[1],
                    pads[3]);
            boolean even = pads[0] == pads[1] && pads[2] == pads[3];
            return !even && Arrays.equals(pads, same)
                    ? new Placed(window, ConvolutionMode.Same, new int[4])
                    : new Placed(window, ConvolutionMode.Truncate, pads);
        } catch (IllegalArgumentException e) {
            throw node.refused(e.getMessage());
        }
    }

    private static Shape over(OnnxNode node, Window window, Shape in, int channels) {
        try {
            return GraphValues.bounded(node, window.over(in, channels));
        } catch (IllegalArgumentException e) {
            throw node.refused(e.getMessage());
        }
    }
}
