package io.nightshift.model.onnx.reader;

import static java.util.Map.entry;

import io.nightshift.dataset.DataException;
import io.nightshift.model.onnx.file.Constant;
import io.nightshift.model.onnx.file.OnnxFile;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.Value;
import io.nightshift.model.onnx.layers.Value.Activations;
import io.nightshift.model.onnx.layers.Value.Pixels;
import io.nightshift.model.onnx.layers.Value.Scores;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;

/** Walks through the nodes of an ONNX graph, and makes layers of them. */
final class NetworkReader {
    /** Half a gigabyte for one image: more than any classifier of faces has, and less than a machine. */
    private static final long MOST_NUMBERS = 1 << 27;

    private interface Operation {
        Value read(NetworkReader reader, OnnxNode node);
    }

    private static final Map<String, Operation> KNOWN = Map.ofEntries(
            entry("Add", (reader, node) -> reader.arithmetic.read(node)),
            entry("AveragePool", (reader, node) -> reader.pooling(node, PoolingType.AVG)),
            entry("BatchNormalization", (reader, node) -> reader.elements.normalisation(node)),
            entry("Cast", NetworkReader::cast),
            entry("Clip", (reader, node) -> reader.elements.clip(node)),
            entry(
                    "Concat",
                    (reader, node) -> reader.sizes.isOfSizes(node)
                            ? reader.sizes.concatenation(node)
                            : reader.arithmetic.concatenation(node)),
            entry("Conv", NetworkReader::convolution),
            entry("Div", (reader, node) -> reader.arithmetic.read(node)),
            entry("Dropout", (reader, node) -> reader.values.value(node, 0)),
            entry("Elu", (reader, node) -> reader.elements.activation(node)),
            entry("Flatten", (reader, node) -> reader.reshaping.flatten(node)),
            entry("Gather", (reader, node) -> reader.sizes.gather(node)),
            entry("Gemm", (reader, node) -> reader.products.gemm(node)),
            entry("GlobalAveragePool", (reader, node) -> reader.globalPooling(node, PoolingType.AVG)),
            entry("GlobalMaxPool", (reader, node) -> reader.globalPooling(node, PoolingType.MAX)),
            entry("Identity", (reader, node) -> reader.values.value(node, 0)),
            entry("LeakyRelu", (reader, node) -> reader.elements.activation(node)),
            entry("LogSoftmax", NetworkReader::softmax),
            entry("MatMul", (reader, node) -> reader.products.matMul(node)),
            entry("MaxPool", (reader, node) -> reader.pooling(node, PoolingType.MAX)),
            entry("Mean", (reader, node) -> reader.arithmetic.sum(node, ElementWiseVertex.Op.Average)),
            entry("Mul", (reader, node) -> reader.arithmetic.read(node)),
            entry("Pad", (reader, node) -> reader.reshaping.pad(node)),
            entry("ReduceMean", (reader, node) -> reader.reshaping.mean(node)),
            entry("Relu", (reader, node) -> reader.elements.activation(node)),
            entry("Reshape", (reader, node) -> reader.reshaping.reshape(node)),
            entry("Shape", (reader, node) -> reader.sizes.shape(node)),
            entry("Sigmoid", (reader, node) -> reader.elements.activation(node)),
            entry("Softmax", NetworkReader::softmax),
            entry("Softplus", (reader, node) -> reader.elements.activation(node)),
            entry("Squeeze", (reader, node) -> reader.reshaping.squeeze(node)),
            entry("Sub", (reader, node) -> reader.arithmetic.read(node)),
            entry("Sum", (reader, node) -> reader.arithmetic.sum(node, ElementWiseVertex.Op.Add)),
            entry("Tanh", (reader, node) -> reader.elements.activation(node)),
            entry("Transpose", (reader, node) -> reader.reshaping.transpose(node)),
            entry("Unsqueeze", (reader, node) -> reader.sizes.unsqueeze(node)));

    private final OnnxFile file;
    private final GraphValues values;
    private final ElementLayers elements;
    private final ProductLayers products;
    private final WindowLayers windows;
    private final ShapeArithmetic sizes;
    private final Reshaping reshaping;
    private final Arithmetic arithmetic;

    /**
     * Prepares to read a file.
     *
     * @param side         rows and columns of an image
     * @param channels     of the input
     * @param channelsLast whether the input is {@code [N, height, width, channels]}
     */
    NetworkReader(OnnxFile file, int side, int channels, boolean channelsLast) {
        this.file = file;
        values = new GraphValues(file.constants(), side);
        values.put(file.input().getName(), new Pixels(1, 0, channels, channelsLast));
        elements = new ElementLayers(values);
        products = new ProductLayers(values);
        windows = new WindowLayers(values.layers());
        sizes = new ShapeArithmetic(values);
        reshaping = new Reshaping(values, sizes, windows);
        arithmetic = new Arithmetic(values, elements);
    }

    /**
     * Reads all nodes.
     *
     * @return the values, of which the output's is known
     * @throws DataException if an operation is not known, or not in this form; the message names it
     */
    GraphValues read() {
        requireKnown();
        long numbers = 0;
        for (OnnxNode node : file.nodes()) {
            if (node.operation().equals("Constant")) {
                values.put(node.output(), constant(node));
            } else if (node.operation().equals("Identity")
                    && values.constant(node, 0).isPresent()) {
                values.put(node.output(), values.required(node, 0, "input"));
            } else {
                Value value = KNOWN.get(node.operation()).read(this, node);
                numbers += value instanceof Activations activations
                        ? activations.shape().size()
                        : 0;
                if (numbers > MOST_NUMBERS) {
                    throw node.refused("the layers up to it give more than " + MOST_NUMBERS + " numbers for one image");
                }
                values.put(node.output(), value);
            }
        }
        return values;
    }

    /** Returns the vector whose softmax the scores are; the file's last node may be the softmax, or give the vector. */
    Activations logits() {
        Value output = values.output(file.output(), file.name());
        if (output instanceof Scores scores) {
            return reshaping.flat(scores.logits());
        }
        if (!(output instanceof Activations activations)) {
            throw new DataException(file.name() + " cannot be imported: it has no layers");
        }
        if (!activations.flat() && activations.shape().area() > 1) {
            throw new DataException(
                    file.name() + " gives images of " + activations.shape() + "; expected a classifier, [N, classes]");
        }
        return reshaping.flat(activations);
    }

    private void requireKnown() {
        String unknown = file.nodes().stream()
                .map(OnnxNode::operation)
                .filter(operation -> !KNOWN.containsKey(operation) && !operation.equals("Constant"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            throw new DataException(file.name() + " cannot be imported: the engine does not know its operations "
                    + unknown + "; it knows " + String.join(", ", new TreeSet<>(KNOWN.keySet())));
        }
    }

    private Constant constant(OnnxNode node) {
        Optional<AttributeProto> tensor = node.attribute("value");
        if (tensor.isPresent()) {
            return OnnxFile.constant(tensor.get().getT(), node.output(), file.name());
        }
        TensorProto.Builder numbers = TensorProto.newBuilder();
        node.attribute("value_float").ifPresent(each -> numbers.setDataType(1).addFloatData(each.getF()));
        node.attribute("value_int").ifPresent(each -> numbers.setDataType(7).addInt64Data(each.getI()));
        node.attribute("value_floats")
                .ifPresent(each ->
                        numbers.setDataType(1).addDims(each.getFloatsCount()).addAllFloatData(each.getFloatsList()));
        node.attribute("value_ints")
                .ifPresent(each ->
                        numbers.setDataType(7).addDims(each.getIntsCount()).addAllInt64Data(each.getIntsList()));
        return OnnxFile.constant(numbers.build(), node.output(), file.name());
    }

    private Value cast(OnnxNode node) {
        Value value = values.value(node, 0);
        if (!(value instanceof Value.Sizes) && node.integer("to", 0) != TensorProto.DataType.FLOAT.getNumber()) {
            throw node.refused("it makes numbers of the type "
                    + TensorProto.DataType.forNumber((int) node.integer("to", 0)) + "; known is FLOAT");
        }
        return value;
    }

    private Value convolution(OnnxNode node) {
        Constant weights = values.required(node, 1, "W");
        float[] bias =
                node.input(2).isEmpty() ? null : values.required(node, 2, "B").floats();
        if (bias != null && (weights.shape().isEmpty() || bias.length != weights.size(0))) {
            throw node.refused("its B has " + bias.length + " numbers for weights of " + weights.shape());
        }
        return windows.convolution(node, values.image(node, 0), weights, bias);
    }

    private Value pooling(OnnxNode node, PoolingType type) {
        return windows.pooling(node, values.image(node, 0), type);
    }

    private Value globalPooling(OnnxNode node, PoolingType type) {
        return windows.globalPooling(values.image(node, 0), type);
    }

    private Value softmax(OnnxNode node) {
        Activations in = values.activations(node, 0);
        long axis = node.integer("axis", in.flat() ? -1 : 1);
        if (in.shape().area() > 1 || axis != 1 && (axis != -1 || !in.flat())) {
            throw node.refused(
                    "it is taken along the axis " + axis + " of " + in.shape() + "; known is that of a vector");
        }
        return new Scores(in);
    }
}
