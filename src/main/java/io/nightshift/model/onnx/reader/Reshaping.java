package io.nightshift.model.onnx.reader;

import io.nightshift.engine.graph.Shape;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.Value;
import io.nightshift.model.onnx.layers.Value.Activations;
import io.nightshift.model.onnx.layers.Value.Pixels;
import io.nightshift.model.onnx.layers.Value.Scores;
import io.nightshift.model.onnx.layers.Value.Sizes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;

/** Reads nodes that change the shape of images and vectors, and not their numbers. */
final class Reshaping {
    private final GraphValues values;
    private final ShapeArithmetic sizes;
    private final WindowLayers windows;

    Reshaping(GraphValues values, ShapeArithmetic sizes, WindowLayers windows) {
        this.values = values;
        this.sizes = sizes;
        this.windows = windows;
    }

    Value flatten(OnnxNode node) {
        if (values.value(node, 0) instanceof Scores scores) {
            return scores;
        }
        long axis = node.integer("axis", 1);
        if (axis != 1 && axis != -3) {
            throw node.refused("it flattens from the axis " + axis + "; known is 1");
        }
        return flat(values.activations(node, 0));
    }

    /** Makes a vector of an image, channel by channel. */
    Activations flat(Activations in) {
        if (in.flat()) {
            return in;
        }
        Shape shape = in.shape();
        var vertex = new PreprocessorVertex(
                new CnnToFeedForwardPreProcessor(shape.height(), shape.width(), shape.channels()));
        return new Activations(values.layers().add(vertex, List.of(in.layer())), Shape.vector(shape.size()), true);
    }

    Value reshape(OnnxNode node) {
        long[] wanted = sizes.sizes(node, 1).stream().mapToLong(Long::longValue).toArray();
        Value value = values.value(node, 0);
        if (value instanceof Scores scores) {
            return scores;
        }
        if (value instanceof Pixels pixels) {
            if (pixels.channels() == 1 && fits(wanted, 1, values.side(), values.side())) {
                return new Pixels(pixels.scale(), pixels.offset(), 1, false);
            }
        }
        Activations in = values.activations(node, 0);
        Shape shape = in.shape();
        if (fits(wanted, shape.size())) {
            return flat(in);
        }
        if (!in.flat() && fits(wanted, shape.channels(), shape.height(), shape.width())) {
            return in;
        }
        throw node.refused("it makes " + Arrays.toString(wanted) + " of " + shape + "; known is [-1, " + shape.size()
                + "], a vector for each image");
    }

    /** Whether a shape is that of a batch of these: one size may be -1, and 0 keeps the size there was. */
    private static boolean fits(long[] wanted, long... sizes) {
        if (wanted.length != sizes.length + 1
                || LongStream.of(wanted).filter(size -> size == -1).count() > 1) {
            return false;
        }
        for (int axis = 0; axis < sizes.length; axis++) {
            long size = wanted[axis + 1];
            if (size != sizes[axis] && size != -1 && (size != 0 || sizes.length == 1)) {
                return false;
            }
        }
        return wanted[0] == Sizes.BATCH || wanted[0] >= -1 && wanted[0] <= 1;
    }

    Value squeeze(OnnxNode node) {
        Activations in = values.image(node, 0);
        if (!Arrays.equals(axes(node), new long[] {2, 3}) || in.shape().area() != 1) {
            throw node.refused("known is that for the axes 2 and 3 of images of one pixel");
        }
        return flat(in);
    }

    /** Reads a mean over an image, which exporters write for global pooling. */
    Value mean(OnnxNode node) {
        Activations in = values.image(node, 0);
        if (!Arrays.equals(axes(node), new long[] {2, 3})) {
            throw node.refused("known is the mean over the axes 2 and 3, rows and columns");
        }
        Activations pooled = windows.globalPooling(in, PoolingType.AVG);
        return node.integer("keepdims", 1) == 0 ? flat(pooled) : pooled;
    }

    /** Returns the axes of images, which early versions have as an attribute, in ascending order. */
    private long[] axes(OnnxNode node) {
        return (node.input(1).isPresent()
                        ? LongStream.of(values.required(node, 1, "axes").integers())
                        : node.attribute("axes")
                                .map(each -> each.getIntsList().stream().mapToLong(Long::longValue))
                                .orElse(LongStream.empty()))
                .map(axis -> axis < 0 ? axis + 4 : axis)
                .sorted()
                .toArray();
    }

    /** Reads the step from channels last to channels first, before the first layer. */
    Value transpose(OnnxNode node) {
        if (values.value(node, 0) instanceof Pixels pixels
                && pixels.channelsLast()
                && Arrays.equals(node.sizes("perm"), new int[] {0, 3, 1, 2})) {
            return new Pixels(pixels.scale(), pixels.offset(), pixels.channels(), false);
        }
        throw node.refused("known is that for the image alone, from channels last to channels first");
    }

    Value pad(OnnxNode node) {
        Activations in = values.image(node, 0);
        long[] by = node.input(1).isPresent()
                ? values.required(node, 1, "pads").integers()
                : node.attribute("pads")
                        .map(each -> each.getIntsList().stream()
                                .mapToLong(Long::longValue)
                                .toArray())
                        .orElse(new long[0]);
        double value = values.constant(node, 2)
                .map(each -> each.values().length == 1 ? each.values()[0] : Double.NaN)
                .orElse(node.number("value", 0));
        boolean ofImages = by.length == 8
                && by[0] + by[1] + by[4] + by[5] == 0
                && LongStream.of(by).allMatch(each -> each >= 0 && each < 0xffff);
        if (!ofImages || value != 0 || !node.text("mode", "constant").equals("constant")) {
            throw node.refused("known are zeros around images");
        }
        return windows.padded(node, in, (int) by[2], (int) by[6], (int) by[3], (int) by[7]);
    }
}
