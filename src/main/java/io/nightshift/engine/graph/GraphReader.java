package io.nightshift.engine.graph;

import io.nightshift.engine.GraphNetwork;
import io.nightshift.engine.Network;
import io.nightshift.engine.SequentialNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;

/** Walks through a network of DL4J's, in the order in which it computes. */
final class GraphReader {
    /** Where DL4J's activations are in the graph that is made, and how a flattened image lies in its vector. */
    record Value(int node, boolean flattened, boolean flattenedChannelsLast) {
        static Value of(int node) {
            return new Value(node, false, false);
        }
    }

    private final Network network;
    private final Shape input;
    private final boolean channelsLast;
    private final List<Node> nodes = new ArrayList<>();
    private boolean trainedBySoftmax;
    private String untrainable;

    GraphReader(Network network, Shape input, boolean channelsLast) {
        this.network = network;
        this.input = input;
        this.channelsLast = channelsLast;
    }

    Graph read() {
        if (network.params() == null || network.params().dataType() != DataType.FLOAT) {
            throw new UnsupportedNetworkException("its parameters are no 32-bit floats");
        }
        if (network instanceof SequentialNetwork layers) {
            readLayers(layers);
        } else {
            readGraph((GraphNetwork) network);
        }
        if (!trainedBySoftmax) {
            foundUntrainable("it does not end in a softmax trained by cross-entropy");
        }
        return new Graph(
                input, channelsLast, List.copyOf(nodes), network.params().length(), untrainable);
    }

    private void readLayers(SequentialNetwork layers) {
        Value value = Value.of(-1);
        for (int i = 0; i < layers.model().getnLayers(); i++) {
            InputPreProcessor before = layers.configuration().getInputPreProcess(i);
            value = read(layers.model().getLayer(i), preprocessed(value, before, "layer " + i), i);
        }
    }

    private void readGraph(GraphNetwork graph) {
        ComputationGraph model = graph.model();
        if (model.getNumInputArrays() != 1 || model.getNumOutputArrays() != 1) {
            throw new UnsupportedNetworkException("it has several inputs or outputs");
        }
        Map<String, Value> values = new HashMap<>();
        values.put(graph.configuration().getNetworkInputs().get(0), Value.of(-1));
        String output = graph.configuration().getNetworkOutputs().get(0);
        int index = 0;
        for (GraphVertex vertex : graph.vertices().toList()) {
            String name = vertex.getVertexName();
            if (values.containsKey(name)) {
                continue;
            }
            var configuration = graph.configuration().getVertices().get(name);
            List<Value> inputs = graph.configuration().getVertexInputs().get(name).stream()
                    .map(values::get)
                    .toList();
            if (configuration instanceof LayerVertex layer) {
                Value in = preprocessed(inputs.get(0), layer.getPreProcessor(), name);
                values.put(name, read(vertex.getLayer(), in, index++));
            } else if (configuration instanceof MergeVertex) {
                values.put(name, merged(name, inputs));
            } else if (configuration instanceof ElementWiseVertex elementWise) {
                values.put(name, combined(name, elementWise, inputs));
            } else if (configuration instanceof ScaleVertex scale) {
                values.put(name, scaled(name, scale.getScaleFactor(), 0, inputs.get(0)));
            } else if (configuration instanceof ShiftVertex shift) {
                values.put(name, scaled(name, 1, shift.getShiftFactor(), inputs.get(0)));
            } else if (configuration instanceof ReshapeVertex reshape) {
                values.put(name, reshaped(name, reshape, inputs.get(0)));
            } else if (configuration instanceof PreprocessorVertex preprocessor) {
                values.put(name, preprocessed(inputs.get(0), preprocessor.getPreProcessor(), name));
            } else {
                throw new UnsupportedNetworkException(
                        name + " is a " + configuration.getClass().getSimpleName());
            }
        }
        if (values.get(output).node() != nodes.size() - 1) {
            throw new UnsupportedNetworkException("its output " + output + " is not what it computes last");
        }
    }

    private Value read(Layer layer, Value value, int index) {
        LayerReader reader = new LayerReader(this, network.params(), layer, index);
        Value out = reader.read(value);
        trainedBySoftmax = reader.isSoftmaxClassifier();
        return out;
    }

    /** Notes why the network cannot be trained. */
    void foundUntrainable(String why) {
        untrainable = untrainable == null ? why : untrainable;
    }

    /** Adds a node and returns its output. */
    Value add(String layer, Operation operation, Shape output, boolean trainable, int... inputs) {
        nodes.add(new Node(layer, operation, Arrays.stream(inputs).boxed().toList(), output, trainable));
        return Value.of(nodes.size() - 1);
    }

    /** Returns the shape of a value. */
    Shape shape(Value value) {
        return value.node() < 0 ? input : nodes.get(value.node()).output();
    }

    private static Value preprocessed(Value value, InputPreProcessor by, String layer) {
        if (by == null) {
            return value;
        }
        if (by.getClass() == CnnToFeedForwardPreProcessor.class) {
            return new Value(value.node(), true, ((CnnToFeedForwardPreProcessor) by).getFormat() == CNN2DFormat.NHWC);
        }
        throw new UnsupportedNetworkException(layer + " has a " + by.getClass().getSimpleName());
    }

    private Value merged(String name, List<Value> inputs) {
        List<Shape> shapes = images(name, inputs);
        Shape first = shapes.get(0);
        if (!shapes.stream().allMatch(shape -> shape.height() == first.height() && shape.width() == first.width())) {
            throw new UnsupportedNetworkException(name + " merges along something other than channels");
        }
        int channels = shapes.stream().mapToInt(Shape::channels).sum();
        return add(
                name,
                new Operation.Concatenation(),
                new Shape(channels, first.height(), first.width()),
                true,
                inputs.stream().mapToInt(Value::node).toArray());
    }

    private Value scaled(String name, double factor, double summand, Value in) {
        Value out = add(name, new Operation.Scaling(factor, summand), shape(in), true, in.node());
        return new Value(out.node(), in.flattened(), in.flattenedChannelsLast());
    }

    /** Reads what changes nothing: images of one channel lie alike with channels first and last. */
    private Value reshaped(String name, ReshapeVertex vertex, Value in) {
        Shape shape = shape(in);
        int[] channelsLast = {-1, shape.height(), shape.width(), 1};
        if (in.flattened() || shape.channels() != 1 || !Arrays.equals(vertex.getNewShape(), channelsLast)) {
            throw new UnsupportedNetworkException(
                    name + " makes " + Arrays.toString(vertex.getNewShape()) + " of " + shape);
        }
        return in;
    }

    private Value combined(String name, ElementWiseVertex vertex, List<Value> inputs) {
        double factor =
                switch (vertex.getOp()) {
                    case Add -> 1;
                    case Average -> 1.0 / inputs.size();
                    default -> throw new UnsupportedNetworkException(name + " computes " + vertex.getOp());
                };
        List<Shape> shapes = images(name, inputs);
        if (!shapes.stream().allMatch(shapes.get(0)::equals)) {
            throw new UnsupportedNetworkException(name + " combines " + shapes);
        }
        return add(
                name,
                new Operation.Sum(factor),
                shapes.get(0),
                true,
                inputs.stream().mapToInt(Value::node).toArray());
    }

    private List<Shape> images(String name, List<Value> inputs) {
        if (inputs.stream().anyMatch(value -> value.flattened() && shape(value).area() > 1)) {
            throw new UnsupportedNetworkException(name + " combines flattened images");
        }
        return inputs.stream().map(this::shape).toList();
    }
}
