package io.nightshift.model.onnx.file;

import io.nightshift.dataset.DataException;
import io.nightshift.model.onnx.OnnxExport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Holds what an ONNX file says, before it is understood.
 *
 * @param name       of the file in messages
 * @param producer   the program that wrote it
 * @param properties what it wrote beside the graph
 * @param input      the only one
 * @param output     name of the only output
 * @param constants  arrays by name
 * @param nodes      in the order in which they are computed
 */
public record OnnxFile(
        String name,
        String producer,
        Map<String, String> properties,
        ValueInfoProto input,
        String output,
        Map<String, Constant> constants,
        List<OnnxNode> nodes) {
    /** Before this version of the operations, arrays of different sizes were added by rules that are gone. */
    private static final long OLDEST = 7;
    /** Nodes of a larger network than any whose layers are computed one by one in useful time. */
    private static final int MOST_NODES = 10_000;

    /**
     * Reads a file.
     *
     * @throws DataException if it is damaged, no ONNX model, or one of several inputs, outputs or files
     */
    public static OnnxFile of(byte[] content, String name) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw new DataException(
                    name + " cannot be read as ONNX: it is another kind of file, damaged or cut off", e);
        }
        GraphProto graph = model.getGraph();
        if (graph.getNodeCount() == 0) {
            throw new DataException(name + " cannot be read as ONNX: it holds no graph, and may be cut off");
        }
        if (graph.getNodeCount() > MOST_NODES) {
            throw new DataException(name + " cannot be imported: it has " + graph.getNodeCount() + " nodes, and "
                    + MOST_NODES + " are read");
        }
        requireVersion(model, name);
        Map<String, Constant> constants = new HashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            constants.put(tensor.getName(), constant(tensor, tensor.getName(), name));
        }
        List<OnnxNode> nodes = new ArrayList<>();
        graph.getNodeList().forEach(node -> nodes.add(new OnnxNode(node, name)));
        // Files of early versions list constants among the inputs.
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(input -> !constants.containsKey(input.getName()))
                .toList();
        requireOne("inputs", inputs, name);
        requireOne("outputs", graph.getOutputList(), name);
        return new OnnxFile(
                name,
                model.getProducerName(),
                model.getMetadataPropsList().stream()
                        .collect(Collectors.toMap(
                                StringStringEntryProto::getKey,
                                StringStringEntryProto::getValue,
                                (first, second) -> second)),
                inputs.get(0),
                graph.getOutput(0).getName(),
                constants,
                nodes);
    }

    private static void requireVersion(ModelProto model, String name) {
        long version = model.getOpsetImportList().stream()
                .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
                .mapToLong(set -> set.getVersion())
                .findFirst()
                .orElse(0);
        if (version < OLDEST) {
            throw new DataException(name + " cannot be imported: "
                    + (version == 0
                            ? "it does not say the version of its operations, and may be cut off"
                            : "its operations are of version " + version + "; export it with " + OnnxExport.OPSET
                                    + ", at least " + OLDEST));
        }
    }

    /** Reads an array; a message calls it by its name. */
    public static Constant constant(TensorProto tensor, String called, String name) {
        try {
            return Constant.of(tensor);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DataException(name + " cannot be imported: its array " + called + " " + e.getMessage(), e);
        }
    }

    private static void requireOne(String what, List<ValueInfoProto> values, String name) {
        if (values.size() != 1) {
            throw new DataException(name + " cannot be imported: it has " + values.size() + " " + what
                    + (values.isEmpty()
                            ? ""
                            : ", "
                                    + values.stream()
                                            .map(ValueInfoProto::getName)
                                            .collect(Collectors.joining(", ")))
                    + "; expected one input, of images, and one output, of scores");
        }
    }
}
