package io.nightshift.model.onnx.reader;

import io.nightshift.engine.graph.Shape;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.Value.Activations;
import io.nightshift.model.onnx.layers.Value.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Computes sizes of images and batches, which exporters let the graph compute: PyTorch writes {@code x.view(x.size(0),
 * -1)} as five nodes.
 */
final class ShapeArithmetic {
    private final GraphValues values;

    ShapeArithmetic(GraphValues values) {
        this.values = values;
    }

    Sizes shape(OnnxNode node) {
        Activations in = values.activations(node, 0);
        Shape shape = in.shape();
        return new Sizes(
                in.flat()
                        ? List.of(Sizes.BATCH, (long) shape.size())
                        : List.of(Sizes.BATCH, (long) shape.channels(), (long) shape.height(), (long) shape.width()));
    }

    Sizes gather(OnnxNode node) {
        List<Long> from = sizes(node, 0);
        List<Long> taken = new ArrayList<>();
        for (long index : values.required(node, 1, "index").integers()) {
            long at = index < 0 ? index + from.size() : index;
            if (at < 0 || at >= from.size()) {
                throw node.refused("it takes size " + index + " of " + from.size());
            }
            taken.add(from.get((int) at));
        }
        return new Sizes(taken);
    }

    Sizes unsqueeze(OnnxNode node) {
        return new Sizes(sizes(node, 0));
    }

    /** Whether some of the inputs are sizes. */
    boolean isOfSizes(OnnxNode node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            if (values.constant(node, i).isEmpty() && values.value(node, i) instanceof Sizes) {
                return true;
            }
        }
        return false;
    }

    Sizes concatenation(OnnxNode node) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            all.addAll(sizes(node, i));
        }
        return new Sizes(all);
    }

    /** Returns the sizes of an input, which may be constant. */
    List<Long> sizes(OnnxNode node, int i) {
        var constant = values.constant(node, i);
        if (constant.isPresent()) {
            return LongStream.of(constant.get().integers()).boxed().toList();
        }
        if (values.value(node, i) instanceof Sizes computed) {
            return computed.sizes();
        }
        throw node.refused("known is that for sizes alone");
    }
}
