package io.nightshift.model.onnx.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.engine.Network;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.onnx.OnnxExport;
import io.nightshift.model.onnx.OnnxExport.PixelType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.Test;

/** What cannot be imported is one line that names it. */
class RefusedOnnxTest {
    private static byte[] exported(TestTimeAugmentation views) {
        return new OnnxExport(PixelType.UINT8, views)
                .bytes(TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small")), "0", "0");
    }

    private static void refused(byte[] content, String message) {
        assertThatThrownBy(() -> OnnxImport.read(content, "m.onnx", ImportOptions.NONE, note -> {}))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    private static OnnxFileBuilder file() {
        return OnnxFileBuilder.ofImages();
    }

    @Test
    void filesOfOtherKindsAndDamagedOnes() throws Exception {
        String no = "m.onnx cannot be read as ONNX: it is another kind of file, damaged or cut off";
        refused("no model".getBytes(UTF_8), no);
        byte[] whole = exported(TestTimeAugmentation.NONE);
        refused(Arrays.copyOf(whole, whole.length / 2), no);
        refused(new byte[0], "m.onnx cannot be read as ONNX: it holds no graph, and may be cut off");
        refused(
                ModelProto.parseFrom(whole).toBuilder()
                        .clearOpsetImport()
                        .build()
                        .toByteArray(),
                "m.onnx cannot be imported: it does not say the version of its operations, and may be cut off");
        refused(
                file().version(6).then("Relu", Map.of()).bytes(),
                "m.onnx cannot be imported: its operations are of version 6; export it with 13, at least 7");
    }

    @Test
    void operationsThatAreNotKnownAreNamedBesideThoseThatAre() {
        refused(
                file().then("LSTM", Map.of())
                        .then("Resize", Map.of())
                        .then("LSTM", Map.of())
                        .bytes(),
                "m.onnx cannot be imported: the engine does not know its operations LSTM, Resize; it knows Add, "
                        + "AveragePool, BatchNormalization, Cast, Clip, Concat, Conv, Div, Dropout, Elu, Flatten, "
                        + "Gather, Gemm, GlobalAveragePool, GlobalMaxPool, Identity, LeakyRelu, LogSoftmax, MatMul, "
                        + "MaxPool, Mean, Mul, Pad, ReduceMean, Relu, Reshape, Shape, Sigmoid, Softmax, Softplus, "
                        + "Squeeze, Sub, Sum, Tanh, Transpose, Unsqueeze");
    }

    @Test
    void formsOfAnOperationThatAreNotKnown() {
        OnnxFileBuilder grouped = OnnxFileBuilder.ofImages();
        grouped.then("Conv", Map.of(), grouped.weights(4, 1, 3, 3))
                .then("Conv", Map.of("group", 2), grouped.weights(4, 2, 3, 3));
        refused(
                grouped.bytes(),
                "m.onnx cannot be imported: node /conv1 (Conv): its 2 groups with weights of [4, 2, 3, 3] do not fit "
                        + "4 channels; known are one group, or one for each channel");
        OnnxFileBuilder dense = OnnxFileBuilder.ofImages();
        refused(
                dense.then("Flatten", Map.of())
                        .then("MatMul", Map.of(), dense.weights(100, 5))
                        .bytes(),
                "m.onnx cannot be imported: node /matmul1 (MatMul): its matrix of [100, 5] does not fit a vector of 144");
        refused(
                file().then("Softmax", Map.of("axis", 1)).bytes(),
                "m.onnx cannot be imported: node /softmax0 (Softmax): it is taken along the axis 1 of [1, 12, 12]; "
                        + "known is that of a vector");
        refused(
                file().then("MaxPool", Map.of("kernel_shape", List.of(20, 20))).bytes(),
                "m.onnx cannot be imported: node /maxpool0 (MaxPool): a window of 20 x 20 does not fit into [1, 12, 12]");
        refused(
                file().then("Relu", Map.of()).bytes(),
                "m.onnx gives images of [1, 12, 12]; expected a classifier, [N, classes]");
    }

    @Test
    void arraysThatAreNotAsLargeAsTheySay() {
        OnnxFileBuilder file = OnnxFileBuilder.ofImages();
        String weights = file.weights(4, 1, 3, 3);
        byte[] onnx = file.then("Conv", Map.of(), weights).bytes();
        refused(
                changed(onnx, TensorProto.newBuilder().addDims(1L << 40).addFloatData(1)),
                "m.onnx cannot be imported: its array c0 has the shape [1099511627776] and 1 numbers");
        refused(
                changed(onnx, TensorProto.newBuilder().setDataLocation(TensorProto.DataLocation.EXTERNAL)),
                "m.onnx cannot be imported: its array c0 lies in another file; save the model in one file, from "
                        + "PyTorch with external_data=False");
        refused(
                changed(onnx, TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT16_VALUE)),
                "m.onnx cannot be imported: its array c0 holds numbers of the type FLOAT16; known are FLOAT, DOUBLE, "
                        + "INT64 and INT32");
    }

    private static byte[] changed(byte[] onnx, TensorProto.Builder tensor) {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(onnx).toBuilder();
            if (tensor.getDataType() == 0) {
                tensor.setDataType(TensorProto.DataType.FLOAT_VALUE);
            }
            model.getGraphBuilder().setInitializer(0, tensor.setName("c0"));
            return model.build().toByteArray();
        } catch (org.nd4j.shade.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void layersThatWouldFillTheMemory() {
        OnnxFileBuilder file = OnnxFileBuilder.ofImages();
        file.then("Pad", Map.of(), file.integers(0, 0, 2000, 2000, 0, 0, 2000, 2000));
        for (int i = 0; i < 10; i++) {
            file.then("Relu", Map.of());
        }
        refused(
                file.bytes(),
                "m.onnx cannot be imported: node /relu8 (Relu): the layers up to it give more than 134217728 numbers "
                        + "for one image");
    }

    @Test
    void viewsAreNoPartOfAModel() {
        refused(
                exported(TestTimeAugmentation.FLIP),
                "m.onnx cannot be imported: it averages over views (flip), which are no part of a model here; export "
                        + "the model with --views none");
    }

    @Test
    void optionsMustFitTheFile() {
        OnnxFileBuilder open = new OnnxFileBuilder(TensorProto.DataType.FLOAT, 1, 0, 0);
        byte[] onnx = open.then("Conv", Map.of(), open.weights(5, 1, 3, 3))
                .then("GlobalMaxPool", Map.of())
                .then("Flatten", Map.of())
                .bytes();
        assertThatThrownBy(() -> OnnxImport.read(onnx, "m.onnx", ImportOptions.NONE, note -> {}))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("m.onnx takes images of any size; say which with --input-side, such as --input-side 48");
        ImportOptions sized = new ImportOptions(java.util.OptionalInt.of(12), java.util.Optional.empty(), List.of());
        assertThatThrownBy(() -> OnnxImport.read(onnx, "m.onnx", sized, note -> {}))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("m.onnx gives 5 scores, and FER2013 has 7 classes; name its classes in label order with "
                        + "--classes a,b,c");
    }

    @Test
    void onnxIsToldByNameOrByItsFirstBytes() {
        assertThat(OnnxImport.recognises(exported(TestTimeAugmentation.NONE), "model"))
                .isTrue();
        assertThat(OnnxImport.recognises("text".getBytes(UTF_8), "MODEL.ONNX")).isTrue();
        assertThat(OnnxImport.recognises("text".getBytes(UTF_8), "model.h5")).isFalse();
    }
}
