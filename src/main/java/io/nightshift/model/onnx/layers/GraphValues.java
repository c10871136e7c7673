package io.nightshift.model.onnx.layers;

import io.nightshift.dataset.DataException;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.onnx.file.Constant;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.Value.Activations;
import io.nightshift.model.onnx.layers.Value.Pixels;
import io.nightshift.model.onnx.layers.Value.Sizes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Holds what the names in an ONNX graph stand for, as far as it was read, and the layers made so far. */
public final class GraphValues {
    /** Elements of an example's largest image. */
    private static final long LARGEST = 1 << 24;

    private final LayerList layers = new LayerList();
    private final Map<String, Constant> constants;
    private final Map<String, Value> values = new HashMap<>();
    private final int side;
    private Pixels input;

    /** @param side rows and columns of an image */
    public GraphValues(Map<String, Constant> constants, int side) {
        this.constants = new HashMap<>(constants);
        this.side = side;
    }

    /** Refuses images that are larger than any network's. */
    public static Shape bounded(OnnxNode node, Shape shape) {
        if (shape.channels() < 1
                || shape.height() < 1
                || shape.width() < 1
                || (long) shape.channels() * shape.height() > LARGEST / shape.width()) {
            throw node.refused("its output of " + shape + " is larger than any network's");
        }
        return shape;
    }

    /** Returns the layers made so far. */
    public LayerList layers() {
        return layers;
    }

    /** Returns rows and columns of an image. */
    public int side() {
        return side;
    }

    /** Returns the images as the first layers take them. */
    public Pixels input() {
        return input;
    }

    /** Keeps what a name stands for. */
    public void put(String name, Value value) {
        values.put(name, value);
    }

    /** Keeps the constant that a name stands for. */
    public void put(String name, Constant constant) {
        constants.put(name, constant);
    }

    /** Returns an input that depends on the image. */
    public Value value(OnnxNode node, int i) {
        String name = node.input(i).orElseThrow(() -> node.refused("it lacks its input " + i));
        if (constants.containsKey(name)) {
            throw node.refused("its input " + name + " is a constant");
        }
        return value(node, name);
    }

    private Value value(OnnxNode node, String name) {
        Value value = values.get(name);
        if (value == null) {
            throw node.refused("its input " + name + " is computed nowhere before it");
        }
        return value;
    }

    /** Returns the constant of an input; empty if it depends on the image, or is missing. */
    public Optional<Constant> constant(OnnxNode node, int i) {
        return node.input(i).map(constants::get);
    }

    /** Returns a constant that must be there. */
    public Constant required(OnnxNode node, int i, String what) {
        return constant(node, i).orElseThrow(() -> node.refused("its " + what + " is no constant"));
    }

    /** Returns the output of a layer; if the input is the image itself, that becomes the network's input. */
    public Activations activations(OnnxNode node, int i) {
        Value value = value(node, i);
        if (value instanceof Activations activations) {
            return activations;
        }
        if (value instanceof Sizes) {
            throw node.refused("it computes with sizes; known is that for the shape of Reshape");
        }
        if (!(value instanceof Pixels pixels)) {
            throw node.refused("it comes after the softmax, which must be last");
        }
        if (pixels.channelsLast()) {
            throw node.refused("it takes images with channels last");
        }
        if (input != null && !input.equals(pixels)) {
            throw node.refused("it takes the image in another scaling than layers before it");
        }
        input = pixels;
        return new Activations(-1, new Shape(pixels.channels(), side, side), false);
    }

    /** Returns an input that must be {@code [N, channels, height, width]}. */
    public Activations image(OnnxNode node, int i) {
        Activations activations = activations(node, i);
        if (activations.flat()) {
            throw node.refused("its input is a vector, and no image");
        }
        return activations;
    }

    /** Returns an input that must be {@code [N, length]}. */
    public Activations vector(OnnxNode node, int i) {
        Activations activations = activations(node, i);
        if (!activations.flat()) {
            throw node.refused("its input is an image of " + activations.shape() + ", and no vector");
        }
        return activations;
    }

    /** Returns what is known under a name at the end. */
    public Value output(String name, String file) {
        Value value = values.get(name);
        if (value == null) {
            throw new DataException(file + " cannot be imported: its output " + name + " is computed nowhere");
        }
        return value;
    }
}
