package io.nightshift.model.onnx.reader;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** Makes ONNX files as other programs write them. */
final class OnnxFileBuilder {
    private final Random random = new Random(11);
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("main_graph");
    private String last = "x";
    private long version = 17;

    /** @param sizes of the input after the batch; 0 for an open one */
    OnnxFileBuilder(TensorProto.DataType type, long... sizes) {
        graph.addInput(value("x", type, sizes));
    }

    /** As PyTorch writes a classifier of images of [1, 12, 12]. */
    static OnnxFileBuilder ofImages() {
        return new OnnxFileBuilder(TensorProto.DataType.FLOAT, 1, 12, 12);
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam("batch");
        for (long size : sizes) {
            if (size == 0) {
                shape.addDimBuilder().setDimParam("open");
            } else {
                shape.addDimBuilder().setDimValue(size);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    OnnxFileBuilder version(long number) {
        version = number;
        return this;
    }

    /** Adds a node that takes the last one's output, and more. */
    OnnxFileBuilder then(String operation, Map<String, Object> attributes, String... more) {
        String[] inputs = new String[1 + more.length];
        inputs[0] = last;
        System.arraycopy(more, 0, inputs, 1, more.length);
        return node(operation, attributes, inputs);
    }

    OnnxFileBuilder node(String operation, Map<String, Object> attributes, String... inputs) {
        last = operation.toLowerCase(java.util.Locale.ROOT) + graph.getNodeCount();
        NodeProto.Builder node = NodeProto.newBuilder()
                .setName("/" + last)
                .setOpType(operation)
                .addAllInput(Arrays.asList(inputs))
                .addOutput(last);
        attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
        graph.addNode(node);
        return this;
    }

    /** Returns the name of the last node's output. */
    String last() {
        return last;
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof List<?> list) {
            list.forEach(each -> attribute.addInts((Integer) each));
            attribute.setType(AttributeProto.AttributeType.INTS);
        } else if (value instanceof Double number) {
            attribute.setF(number.floatValue()).setType(AttributeProto.AttributeType.FLOAT);
        } else if (value instanceof String text) {
            attribute.setS(ByteString.copyFromUtf8(text)).setType(AttributeProto.AttributeType.STRING);
        } else {
            attribute.setI((Integer) value).setType(AttributeProto.AttributeType.INT);
        }
        return attribute.build();
    }

    /** Adds an array of random numbers, as floats in their own field, and returns its name. */
    String weights(long... shape) {
        TensorProto.Builder tensor = tensor(TensorProto.DataType.FLOAT, shape);
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        for (long i = 0; i < count; i++) {
            tensor.addFloatData((float) random.nextGaussian() / 3);
        }
        return add(tensor);
    }

    String floats(float... values) {
        TensorProto.Builder tensor = values.length == 1
                ? tensor(TensorProto.DataType.FLOAT)
                : tensor(TensorProto.DataType.FLOAT, values.length);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return add(tensor);
    }

    String integers(long... values) {
        TensorProto.Builder tensor = tensor(TensorProto.DataType.INT64, values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        return add(tensor);
    }

    private TensorProto.Builder tensor(TensorProto.DataType type, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName("c" + graph.getInitializerCount())
                .setDataType(type.getNumber());
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor;
    }

    private String add(TensorProto.Builder tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Returns the file, whose output is the last node's. */
    byte[] bytes() {
        graph.clearOutput().addOutput(value(last, TensorProto.DataType.FLOAT, 5));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version))
                .setProducerName("pytorch")
                .setGraph(graph)
                .build()
                .toByteArray();
    }
}
