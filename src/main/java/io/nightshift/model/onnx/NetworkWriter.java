package io.nightshift.model.onnx;

import static io.nightshift.model.onnx.GraphBuilder.attribute;

import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Node;
import io.nightshift.engine.graph.Operation;
import io.nightshift.engine.graph.Operation.PoolingKind;
import io.nightshift.engine.graph.ParameterView;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a network's operations as ONNX nodes. Images are {@code [N, channels, height, width]}; what a product or a
 * softmax takes is flattened to {@code [N, length]} before.
 */
final class NetworkWriter {
    /** A value's name, and whether it is {@code [N, length]}. */
    private record Value(String name, boolean flat) {}

    private final GraphBuilder builder;
    private final Graph network;
    private final float[] parameters;
    private final List<Value> values = new ArrayList<>();

    /** @param parameters all of them, where the network's {@link ParameterView}s find them */
    NetworkWriter(GraphBuilder builder, Graph network, float[] parameters) {
        this.builder = builder;
        this.network = network;
        this.parameters = parameters;
    }

    /**
     * Adds all nodes.
     *
     * @param images      name of the value that is the network's input
     * @param logitFactor what the input of a softmax at the end is multiplied with
     * @return name of the output, {@code [N, classes]}
     * @throws UnsupportedNetworkException if ONNX has no node for an operation; the message names the layer
     */
    String write(String images, double logitFactor) {
        Value image = new Value(images, false);
        for (int i = 0; i < network.nodes().size(); i++) {
            Node node = network.nodes().get(i);
            boolean scaled = logitFactor != 1 && i == network.nodes().size() - 1 && network.endsInSoftmax();
            List<Value> inputs = node.inputs().stream()
                    .map(source -> source < 0 ? image : values.get(source))
                    .toList();
            values.add(write(node, scaled ? List.of(scaled(flat(inputs.get(0)), logitFactor)) : inputs));
        }
        return flat(values.get(values.size() - 1)).name();
    }

    private Value scaled(Value value, double factor) {
        return new Value(builder.add("Mul", List.of(value.name(), builder.number(factor))), value.flat());
    }

    private Value write(Node node, List<Value> inputs) {
        Value in = inputs.get(0);
        Operation operation = node.operation();
        if (operation instanceof Operation.Convolution convolution) {
            return convolved(node, convolution, image(in));
        } else if (operation instanceof Operation.Dense dense) {
            ParameterView weights = dense.weights();
            long[] shape = {
                weights.shape().get(0), weights.length() / weights.shape().get(0)
            };
            List<String> taken = inputs(flat(in), builder.floats(shape, values(weights)), dense.bias());
            return new Value(builder.add("Gemm", taken, attribute("transB", 1)), true);
        } else if (operation instanceof Operation.BatchNormalisation norm) {
            return normalised(norm, in, network.inputShape(node, 0).channels());
        } else if (operation instanceof Operation.Pooling pooling) {
            return pooled(node, pooling, image(in));
        } else if (operation instanceof Operation.Activation activation) {
            return new Value(activated(activation, in.name()), in.flat());
        } else if (operation instanceof Operation.Dropout) {
            return in;
        } else if (operation instanceof Operation.Padding padding) {
            String pads =
                    builder.integers(0, 0, padding.top(), padding.left(), 0, 0, padding.bottom(), padding.right());
            return new Value(builder.add("Pad", List.of(image(in).name(), pads)), false);
        } else if (operation instanceof Operation.Sum sum) {
            // OpenCV has no Mean.
            Value whole = joined("Sum", inputs);
            return sum.factor() == 1 ? whole : scaled(whole, sum.factor());
        } else if (operation instanceof Operation.Scaling scaling) {
            Value product = scaled(in, scaling.factor());
            return scaling.summand() == 0
                    ? product
                    : new Value(
                            builder.add("Add", List.of(product.name(), builder.number(scaling.summand()))),
                            product.flat());
        } else if (operation instanceof Operation.Concatenation) {
            return joined("Concat", inputs);
        }
        return new Value(builder.add("Softmax", List.of(flat(in).name()), attribute("axis", 1)), true);
    }

    private Value convolved(Node node, Operation.Convolution convolution, Value in) {
        Window window = convolution.window();
        Shape taken = network.inputShape(node, 0);
        long[] shape = {
            node.output().channels(), taken.channels() / convolution.groups(), window.height(), window.width()
        };
        String weights = builder.floats(shape, values(convolution.weights()));
        return new Value(
                builder.add(
                        "Conv",
                        inputs(in, weights, convolution.bias()),
                        attribute("kernel_shape", window.height(), window.width()),
                        attribute("strides", window.strideY(), window.strideX()),
                        attribute("dilations", window.dilateY(), window.dilateX()),
                        attribute("pads", window.top(), window.left(), window.bottom(), window.right()),
                        attribute("group", convolution.groups())),
                false);
    }

    private List<String> inputs(Value in, String weights, ParameterView bias) {
        return bias == null
                ? List.of(in.name(), weights)
                : List.of(in.name(), weights, builder.floats(new long[] {bias.length()}, values(bias)));
    }

    private Value normalised(Operation.BatchNormalisation norm, Value in, int channels) {
        long[] shape = {channels};
        float[] variance = values(norm.variance());
        if (norm.logStd()) {
            for (int i = 0; i < variance.length; i++) {
                variance[i] = (float) Math.pow(10, 2.0 * variance[i]);
            }
        }
        List<String> inputs = List.of(
                in.name(),
                builder.floats(shape, norm.gamma() == null ? filled(channels, 1) : values(norm.gamma())),
                builder.floats(shape, norm.beta() == null ? filled(channels, 0) : values(norm.beta())),
                builder.floats(shape, values(norm.mean())),
                builder.floats(shape, variance));
        return new Value(builder.add("BatchNormalization", inputs, attribute("epsilon", norm.epsilon())), in.flat());
    }

    private static float[] filled(int length, float value) {
        float[] filled = new float[length];
        Arrays.fill(filled, value);
        return filled;
    }

    private Value pooled(Node node, Operation.Pooling pooling, Value in) {
        Window window = pooling.window();
        Shape taken = network.inputShape(node, 0);
        boolean max = pooling.kind() == PoolingKind.MAX;
        boolean padded = window.top() + window.left() + window.bottom() + window.right() > 0;
        if (window.height() == taken.height() && window.width() == taken.width() && !padded) {
            return new Value(builder.add(max ? "GlobalMaxPool" : "GlobalAveragePool", List.of(in.name())), false);
        }
        List<onnx.Onnx.AttributeProto> attributes = new ArrayList<>(List.of(
                attribute("kernel_shape", window.height(), window.width()),
                attribute("strides", window.strideY(), window.strideX()),
                attribute("pads", window.top(), window.left(), window.bottom(), window.right())));
        if (max) {
            attributes.add(attribute("dilations", window.dilateY(), window.dilateX()));
        } else if (window.dilateY() * window.dilateX() > 1) {
            throw new UnsupportedNetworkException(
                    node.layer() + ": an average of dilated windows is not in ONNX " + OnnxExport.OPSET);
        } else if (pooling.kind() == PoolingKind.AVERAGE_WITH_PADDING) {
            attributes.add(attribute("count_include_pad", 1));
        }
        return new Value(
                builder.add(
                        max ? "MaxPool" : "AveragePool",
                        List.of(in.name()),
                        attributes.toArray(onnx.Onnx.AttributeProto[]::new)),
                false);
    }

    private String activated(Operation.Activation activation, String in) {
        double alpha = activation.alpha();
        return switch (activation.function()) {
            case RELU -> builder.add("Relu", List.of(in));
            case LEAKY_RELU -> builder.add("LeakyRelu", List.of(in), attribute("alpha", alpha));
            case ELU -> builder.add("Elu", List.of(in), attribute("alpha", alpha));
            case TANH -> builder.add("Tanh", List.of(in));
            case SIGMOID -> builder.add("Sigmoid", List.of(in));
            case SOFTPLUS -> builder.add("Softplus", List.of(in));
            case SWISH -> builder.add("Mul", List.of(in, builder.add("Sigmoid", List.of(in))));
            case CLIPPED_RELU -> builder.add("Clip", List.of(in, builder.number(0), builder.number(alpha)));
        };
    }

    private Value joined(String operation, List<Value> inputs) {
        boolean flat = inputs.stream().anyMatch(Value::flat);
        List<String> names = inputs.stream()
                .map(input -> flat ? flat(input) : input)
                .map(Value::name)
                .toList();
        return new Value(
                operation.equals("Concat")
                        ? builder.add(operation, names, attribute("axis", 1))
                        : builder.add(operation, names),
                flat);
    }

    private Value flat(Value value) {
        return value.flat()
                ? value
                : new Value(builder.add("Flatten", List.of(value.name()), attribute("axis", 1)), true);
    }

    /** Makes an image of one position of a vector. */
    private Value image(Value value) {
        return value.flat()
                ? new Value(builder.add("Reshape", List.of(value.name(), builder.integers(0, -1, 1, 1))), false)
                : value;
    }

    /** Reads the elements of a view, row by row in its own order of axes. */
    private float[] values(ParameterView view) {
        float[] values = new float[Math.toIntExact(view.length())];
        int[] shape = view.shape().stream().mapToInt(Math::toIntExact).toArray();
        int[] strides = view.strides().stream().mapToInt(Math::toIntExact).toArray();
        copy(values, 0, Math.toIntExact(view.offset()), 0, shape, strides);
        return values;
    }

    private int copy(float[] values, int to, int from, int axis, int[] shape, int[] strides) {
        int next = to;
        for (int i = 0; i < shape[axis]; i++) {
            int element = from + i * strides[axis];
            if (axis == shape.length - 1) {
                values[next++] = parameters[element];
            } else {
                next = copy(values, next, element, axis + 1, shape, strides);
            }
        }
        return next;
    }
}
