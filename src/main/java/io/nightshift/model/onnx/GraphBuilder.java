package io.nightshift.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** Builds ONNX's graph, node by node, and names all values. */
final class GraphBuilder {
    /** The name of the first dimension, whose size is open. */
    private static final String BATCH = "N";

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("classifier");

    /** Declares the input, of {@code [N, sizes...]}. */
    String input(String name, TensorProto.DataType type, long... sizes) {
        graph.addInput(value(name, type, sizes));
        return name;
    }

    /** Declares the output of the last node as the graph's, of {@code [N, sizes...]}, and gives it this name. */
    void output(String name, long... sizes) {
        graph.getNodeBuilder(graph.getNodeCount() - 1).setOutput(0, name);
        graph.addOutput(value(name, TensorProto.DataType.FLOAT, sizes));
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam(BATCH);
        for (long size : sizes) {
            shape.addDimBuilder().setDimValue(size);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    /** Adds a node and returns the name of its output. */
    String add(String operation, List<String> inputs, AttributeProto... attributes) {
        String name = operation + "_" + graph.getNodeCount();
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(operation)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(Arrays.asList(attributes)));
        return name;
    }

    /** Adds a constant number and returns its name. */
    String number(double value) {
        return floats(new long[0], (float) value);
    }

    /** Adds a constant array, row by row, and returns its name. */
    String floats(long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(TensorProto.DataType.FLOAT, bytes, shape);
    }

    /** Adds a constant vector of whole numbers and returns its name. */
    String integers(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return constant(TensorProto.DataType.INT64, bytes, values.length);
    }

    private String constant(TensorProto.DataType type, ByteBuffer bytes, long... shape) {
        String name = "constant_" + graph.getInitializerCount();
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (long size : shape) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** @param value not 0, which ND4J's classes leave out, and OpenCV misses */
    static AttributeProto attribute(String name, long value) {
        if (value == 0) {
            throw new IllegalArgumentException(name + " is 0");
        }
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto attribute(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    GraphProto build() {
        return graph.build();
    }
}
