package io.nightshift.model.onnx.reader;

import io.nightshift.engine.graph.Shape;
import io.nightshift.model.onnx.file.Constant;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.Value.Activations;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.DenseLayer;

/** Makes dense layers of nodes that multiply with a matrix. */
final class ProductLayers {
    private final GraphValues values;

    ProductLayers(GraphValues values) {
        this.values = values;
    }

    Activations gemm(OnnxNode node) {
        if (node.integer("transA", 0) != 0) {
            throw node.refused("it turns its input over");
        }
        float[] matrix = matrix(node, node.integer("transB", 0) != 0, node.number("alpha", 1));
        int outputs = matrix.length / length(node);
        if (node.input(2).isEmpty()) {
            return product(node, matrix, null);
        }
        float[] bias = values.required(node, 2, "C").floats();
        if (bias.length != outputs && bias.length != 1) {
            throw node.refused("its C has " + bias.length + " numbers for " + outputs + " outputs");
        }
        float[] summands = new float[outputs];
        for (int i = 0; i < outputs; i++) {
            summands[i] = (float) (node.number("beta", 1) * bias[bias.length == 1 ? 0 : i]);
        }
        return product(node, matrix, summands);
    }

    Activations matMul(OnnxNode node) {
        return product(node, matrix(node, false, 1), null);
    }

    private int length(OnnxNode node) {
        return values.vector(node, 0).shape().size();
    }

    /** Returns the matrix as {@code [in, out]}. */
    private float[] matrix(OnnxNode node, boolean transposed, double factor) {
        Constant matrix = values.required(node, 1, "matrix");
        int length = length(node);
        if (matrix.shape().size() != 2 || matrix.size(transposed ? 1 : 0) != length || matrix.values().length == 0) {
            throw node.refused("its matrix of " + matrix.shape() + " does not fit a vector of " + length);
        }
        int outputs = matrix.size(transposed ? 0 : 1);
        float[] from = matrix.floats();
        float[] to = new float[from.length];
        for (int in = 0; in < length; in++) {
            for (int out = 0; out < outputs; out++) {
                to[in * outputs + out] = (float) (factor * from[transposed ? out * length + in : in * outputs + out]);
            }
        }
        return to;
    }

    private Activations product(OnnxNode node, float[] matrix, float[] bias) {
        Activations in = values.vector(node, 0);
        int outputs = matrix.length / in.shape().size();
        DenseLayer layer =
                new DenseLayer.Builder().nOut(outputs).hasBias(bias != null).build();
        return new Activations(
                values.layers()
                        .add(layer, in.layer(), bias == null ? Map.of("W", matrix) : Map.of("W", matrix, "b", bias)),
                Shape.vector(outputs),
                true);
    }
}
