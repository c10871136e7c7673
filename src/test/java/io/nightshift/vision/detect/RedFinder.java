package io.nightshift.vision.detect;

import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

/**
 * Writes a network of BlazeFace's inputs and outputs that takes pure red for a face: what is around the real network can
 * be tested with it.
 */
final class RedFinder {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("red");
    private final int side;

    private RedFinder(int side) {
        this.side = side;
    }

    /**
     * Returns the file.
     *
     * @param side of the input
     * @param box  side of each face's box, in pixels of the input; its eyes are as far apart as a third of it
     */
    static byte[] onnx(int side, float box) {
        RedFinder network = new RedFinder(side);
        network.graph
                .addInput(value("pixels", 1, side, side, 3))
                .addNode(node("Transpose", "pixels", "image", ints("perm", 0, 3, 1, 2)));
        for (BlazeFaceDecoder.Grid grid : BlazeFaceDecoder.GRIDS) {
            boolean fine = grid.cells() == 16;
            // Means from -1 to 1: 4 (red - green) - 3 is 5 where all is red, and -3 where all is grey, black or blue.
            float[] red = {4, -4, 0};
            network.head(grid, 1, fine ? red : new float[3], new float[] {fine ? -3 : -50});
            float[] values = new float[BlazeFaceDecoder.VALUES];
            values[2] = box;
            values[3] = box;
            values[4] = -box / 6;
            values[6] = box / 6;
            network.head(grid, BlazeFaceDecoder.VALUES, new float[3], values);
        }
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(12))
                .setGraph(network.graph)
                .build()
                .toByteArray();
    }

    /** Computes, for each anchor, from the mean colour of its cell. */
    private void head(BlazeFaceDecoder.Grid grid, int values, float[] colours, float[] biases) {
        String name = grid.cells() + "x" + values;
        int cell = side / grid.cells();
        int channels = grid.inCell() * values;
        float[] weights = new float[channels * 3 * cell * cell];
        float[] bias = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            bias[channel] = biases[channel % biases.length];
            for (int colour = 0; colour < 3; colour++) {
                int from = (channel * 3 + colour) * cell * cell;
                Arrays.fill(weights, from, from + cell * cell, colours[colour] / (cell * cell));
            }
        }
        graph.addInitializer(floats(name + "-weights", weights, channels, 3, cell, cell))
                .addInitializer(floats(name + "-bias", bias, channels))
                .addInitializer(TensorProto.newBuilder()
                        .setName(name + "-shape")
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(3)
                        .addAllInt64Data(List.of(1L, (long) grid.anchors(), (long) values)))
                .addNode(node(
                                "Conv",
                                "image",
                                name + "-cells",
                                ints("kernel_shape", cell, cell),
                                ints("strides", cell, cell))
                        .addInput(name + "-weights")
                        .addInput(name + "-bias"))
                .addNode(node("Transpose", name + "-cells", name + "-last", ints("perm", 0, 2, 3, 1)))
                .addNode(node("Reshape", name + "-last", name).addInput(name + "-shape"))
                .addOutput(value(name, 1, grid.anchors(), values));
    }

    private static NodeProto.Builder node(String type, String input, String output, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .setName(output)
                .addInput(input)
                .addOutput(output)
                .addAllAttribute(List.of(attributes));
    }

    private static AttributeProto ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    private static TensorProto floats(String name, float[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
        Arrays.stream(shape).forEach(tensor::addDims);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor.build();
    }

    private static ValueInfoProto value(String name, long... shape) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        Arrays.stream(shape)
                .forEach(size ->
                        sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(sizes)))
                .build();
    }
}
