package io.nightshift.model.onnx.file;

import io.nightshift.dataset.DataException;
import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;

/**
 * Reads one node of an ONNX graph.
 *
 * @param file its name, for messages
 */
public record OnnxNode(NodeProto proto, String file) {

    /** Returns the operation, after the name of the set that it belongs to if that is not ONNX's own. */
    public String operation() {
        String domain = proto.getDomain();
        return domain.isEmpty() || domain.equals("ai.onnx") ? proto.getOpType() : domain + "." + proto.getOpType();
    }

    /** Returns the names of its inputs; a missing one has an empty name. */
    public List<String> inputs() {
        return proto.getInputList();
    }

    /** Returns the name of an input; empty if it is missing. */
    public Optional<String> input(int i) {
        return i < proto.getInputCount() && !proto.getInput(i).isEmpty()
                ? Optional.of(proto.getInput(i))
                : Optional.empty();
    }

    /** Returns the name of the only output that is used here. */
    public String output() {
        return proto.getOutputCount() == 0 ? "" : proto.getOutput(0);
    }

    /** Returns an attribute that is a whole number. */
    public long integer(String name, long otherwise) {
        return attribute(name).map(AttributeProto::getI).orElse(otherwise);
    }

    /** Returns an attribute that is a number. */
    public double number(String name, double otherwise) {
        return attribute(name).map(AttributeProto::getF).map(Float::doubleValue).orElse(otherwise);
    }

    /** Returns an attribute that is a text. */
    public String text(String name, String otherwise) {
        return attribute(name).map(each -> each.getS().toStringUtf8()).orElse(otherwise);
    }

    /** Returns a list of numbers from 0 to 65,535. */
    public int[] sizes(String name, int... otherwise) {
        return attribute(name)
                .map(each -> each.getIntsList().stream()
                        .mapToInt(size -> size(name, size))
                        .toArray())
                .orElse(otherwise);
    }

    private int size(String name, long size) {
        if (size < 0 || size > 0xffff) {
            throw refused("its " + name + " has " + size);
        }
        return (int) size;
    }

    /** Returns an attribute as it stands in the file. */
    public Optional<AttributeProto> attribute(String name) {
        return proto.getAttributeList().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst();
    }

    /** Makes the error that names this node, which has something that is not known. */
    public DataException refused(String why) {
        String name = proto.getName().isEmpty() ? output() : proto.getName();
        return new DataException(file + " cannot be imported: node " + name + " (" + operation() + "): " + why);
    }
}
