package io.nightshift.model.onnx.reader;

import io.nightshift.engine.graph.Shape;
import io.nightshift.model.onnx.file.Constant;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.LayerList;
import io.nightshift.model.onnx.layers.Value;
import io.nightshift.model.onnx.layers.Value.Activations;
import io.nightshift.model.onnx.layers.Value.Pixels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;

/** Reads nodes that add, multiply or join: constants become scalings, the others parts of DL4J's graphs. */
final class Arithmetic {
    private final GraphValues values;
    private final ElementLayers elements;

    Arithmetic(GraphValues values, ElementLayers elements) {
        this.values = values;
        this.elements = elements;
    }

    Value read(OnnxNode node) {
        boolean firstIsConstant = values.constant(node, 0).isPresent();
        int given = firstIsConstant ? 1 : 0;
        if (values.constant(node, 1 - given).isEmpty()) {
            return ofTwo(node);
        }
        Constant constant = values.required(node, 1 - given, "number");
        return switch (node.operation()) {
            case "Add" -> changed(node, given, constant, 1, 1);
            case "Sub" -> firstIsConstant ? changed(node, 1, constant, -1, 1) : changed(node, 0, constant, 1, -1);
            case "Mul" -> multiplied(node, given, constant);
            default -> {
                if (firstIsConstant) {
                    throw node.refused("it divides a constant");
                }
                yield multiplied(
                        node,
                        0,
                        new Constant(
                                constant.shape(),
                                Arrays.stream(constant.values())
                                        .map(each -> 1 / each)
                                        .toArray()));
            }
        };
    }

    private Value ofTwo(OnnxNode node) {
        Activations first = values.activations(node, 0);
        Activations second = values.activations(node, 1);
        if (node.operation().equals("Add")) {
            return sum(node, ElementWiseVertex.Op.Add);
        }
        if (node.operation().equals("Mul")) {
            if (isSigmoidOf(second, first)) {
                return elements.swish(first);
            } else if (isSigmoidOf(first, second)) {
                return elements.swish(second);
            }
        }
        throw node.refused("both of its inputs depend on the image; known is that for Add, and for x * sigmoid(x)");
    }

    private boolean isSigmoidOf(Activations sigmoid, Activations in) {
        return elements.isSigmoid(sigmoid)
                && values.layers().get(sigmoid.layer()).inputs().equals(List.of(in.layer()));
    }

    /** Adds, or averages, several images of one shape. */
    Value sum(OnnxNode node, ElementWiseVertex.Op operation) {
        List<Activations> inputs = inputs(node);
        Activations first = inputs.get(0);
        if (!inputs.stream().allMatch(each -> each.shape().equals(first.shape()) && each.flat() == first.flat())) {
            throw node.refused("its inputs have the shapes "
                    + inputs.stream().map(Activations::shape).toList() + "; known are equal ones");
        }
        return inputs.size() == 1
                ? first
                : new Activations(
                        values.layers().add(new ElementWiseVertex(operation), layers(inputs)),
                        first.shape(),
                        first.flat());
    }

    private List<Activations> inputs(OnnxNode node) {
        List<Activations> inputs = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            inputs.add(values.activations(node, i));
        }
        if (inputs.isEmpty()) {
            throw node.refused("it has no inputs");
        }
        return inputs;
    }

    private static List<Integer> layers(List<Activations> inputs) {
        return inputs.stream().map(Activations::layer).toList();
    }

    /** Joins channels. The grey image three times is what a network for colours takes. */
    Value concatenation(OnnxNode node) {
        if (!node.inputs().isEmpty() && values.value(node, 0) instanceof Pixels pixels) {
            boolean same = node.inputs().stream().distinct().count() == 1;
            if (same && node.inputs().size() == 3 && pixels.channels() == 1 && axis(node, 4) == 1) {
                return new Pixels(pixels.scale(), pixels.offset(), 3, pixels.channelsLast());
            }
        }
        List<Activations> inputs = inputs(node);
        Activations first = inputs.get(0);
        boolean fit = inputs.stream()
                .allMatch(each -> each.flat() == first.flat()
                        && each.shape().height() == first.shape().height()
                        && each.shape().width() == first.shape().width());
        if (!fit || axis(node, first.flat() ? 2 : 4) != 1) {
            throw node.refused("it joins "
                    + inputs.stream().map(Activations::shape).toList() + " along the axis " + node.integer("axis", 1)
                    + "; known are the channels of images of one size");
        }
        if (inputs.size() == 1) {
            return first;
        }
        long channels =
                inputs.stream().mapToLong(each -> each.shape().channels()).sum();
        Shape shape = new Shape(
                (int) Math.min(channels, Integer.MAX_VALUE),
                first.shape().height(),
                first.shape().width());
        return new Activations(
                values.layers().add(new MergeVertex(), layers(inputs)), GraphValues.bounded(node, shape), first.flat());
    }

    private static long axis(OnnxNode node, int rank) {
        long axis = node.integer("axis", 1);
        return axis < 0 ? axis + rank : axis;
    }

    private Value multiplied(OnnxNode node, int given, Constant constant) {
        if (values.value(node, given) instanceof Pixels pixels && constant.isUniform()) {
            double factor = constant.values()[0];
            return new Pixels(
                    pixels.scale() * factor, pixels.offset() * factor, pixels.channels(), pixels.channelsLast());
        }
        Activations in = values.activations(node, given);
        return elements.scaled(
                in, perChannel(node, constant, in), new float[in.shape().channels()]);
    }

    /** Makes {@code factor * input + sign * constant}. */
    private Value changed(OnnxNode node, int given, Constant constant, int factor, int sign) {
        if (values.value(node, given) instanceof Pixels pixels && constant.isUniform()) {
            return new Pixels(
                    pixels.scale() * factor,
                    pixels.offset() * factor + sign * constant.values()[0],
                    pixels.channels(),
                    pixels.channelsLast());
        }
        Activations in = values.activations(node, given);
        float[] summands = perChannel(node, constant, in);
        for (int i = 0; i < summands.length; i++) {
            summands[i] *= sign;
        }
        float[] factors = new float[summands.length];
        Arrays.fill(factors, factor);
        return factor == 1 && hasNoBias(in) ? withBias(in, summands) : elements.scaled(in, factors, summands);
    }

    private boolean hasNoBias(Activations in) {
        return in.layer() >= 0
                && !values.layers().get(in.layer()).parameters().containsKey("b")
                && values.layers().get(in.layer()).layer() instanceof FeedForwardLayer layer
                && (layer instanceof DenseLayer || layer instanceof ConvolutionLayer)
                && values.layers().get(in.layer()).parameters().containsKey("W");
    }

    /** Makes a copy of the layer, because others may take its output without the bias. */
    private Activations withBias(Activations in, float[] bias) {
        LayerList.Entry entry = values.layers().get(in.layer());
        BaseLayer copy = (BaseLayer) entry.layer().clone();
        if (copy instanceof DenseLayer dense) {
            dense.setHasBias(true);
        } else {
            ((ConvolutionLayer) copy).setHasBias(true);
        }
        Map<String, float[]> parameters = new HashMap<>(entry.parameters());
        parameters.put("b", bias);
        return new Activations(values.layers().add(copy, entry.inputs().get(0), parameters), in.shape(), in.flat());
    }

    /** Returns a number for each channel. */
    private static float[] perChannel(OnnxNode node, Constant constant, Activations in) {
        int channels = in.shape().channels();
        List<Long> shape = constant.shape();
        int rank = in.flat() ? 2 : 4;
        boolean ofChannels = constant.values().length == channels
                && shape.size() >= rank - 1
                && shape.size() <= rank
                && shape.get(shape.size() - rank + 1) == channels;
        if (!ofChannels && !constant.isUniform()) {
            throw node.refused("its constant of " + shape + " is neither one number nor one for each of " + channels
                    + " channels");
        }
        float[] numbers = new float[channels];
        for (int i = 0; i < channels; i++) {
            numbers[i] = (float) constant.values()[ofChannels ? i : 0];
        }
        return numbers;
    }
}
