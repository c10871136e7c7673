package io.nightshift.bench.fuzz;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.engine.Network;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.onnx.OnnxExport;
import io.nightshift.model.onnx.reader.OnnxImport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.api.Model;

/** ONNX files, damaged as bytes or node by node. */
final class OnnxFiles {
    private static final String[] OPERATIONS = {
        "Add", "AveragePool", "BatchNormalization", "Concat", "Conv", "Div", "Flatten", "Gemm", "GlobalAveragePool",
        "MatMul", "MaxPool", "Mul", "Pad", "ReduceMean", "Reshape", "Shape", "Softmax", "Squeeze", "Sub", "Transpose"
    };
    private static final long[] NUMBERS = {-1, 0, 1, 2, 3, 7, 255, 65_535, 1 << 20, Integer.MAX_VALUE, 1L << 40, -1L << 62};

    private OnnxFiles() {}

    static List<byte[]> good() {
        List<byte[]> files = new ArrayList<>();
        for (Model network : List.of(SmallNetwork.withSgd(), SmallNetwork.residual())) {
            files.add(new OnnxExport(OnnxExport.PixelType.UINT8, TestTimeAugmentation.NONE)
                    .bytes(TrainedModel.of(Network.of(network), ModelCard.ofFer2013("small")), "0", "0"));
        }
        return files;
    }

    static String imported(byte[] bad) {
        OnnxImport.read(bad, "model.onnx", ImportOptions.NONE, note -> {}).free();
        return "read";
    }

    static byte[] withDamagedNodes(byte[] good, Mutation mutation) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(good).toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        for (int times = 1 + mutation.below(3); times > 0; times--) {
            NodeProto.Builder node = graph.getNodeBuilder(mutation.below(graph.getNodeCount()));
            switch (mutation.below(5)) {
                case 0 -> node.setOpType(OPERATIONS[mutation.below(OPERATIONS.length)]);
                case 1 -> node.setInput(
                        mutation.below(node.getInputCount()),
                        mutation.chance(2)
                                ? graph.getInitializer(mutation.below(graph.getInitializerCount())).getName()
                                : graph.getNode(mutation.below(graph.getNodeCount())).getOutput(0));
                case 2 -> {
                    TensorProto.Builder tensor =
                            graph.getInitializerBuilder(mutation.below(graph.getInitializerCount()));
                    if (tensor.getDimsCount() > 0) {
                        tensor.setDims(mutation.below(tensor.getDimsCount()), number(mutation));
                    }
                }
                default -> {
                    if (node.getAttributeCount() > 0) {
                        AttributeProto.Builder attribute =
                                node.getAttributeBuilder(mutation.below(node.getAttributeCount()));
                        if (attribute.getIntsCount() > 0) {
                            attribute.setInts(mutation.below(attribute.getIntsCount()), number(mutation));
                        } else {
                            attribute.setI(number(mutation));
                        }
                    }
                }
            }
        }
        return model.build().toByteArray();
    }

    private static long number(Mutation mutation) {
        return NUMBERS[mutation.below(NUMBERS.length)];
    }
}
