package io.nightshift.model.onnx.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.batch.NetworkInput.Layout;
import io.nightshift.engine.Network;
import io.nightshift.engine.OperationNetworks;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.ImportOptions.PixelScaling;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.onnx.OnnxExport;
import io.nightshift.model.onnx.OnnxExport.PixelType;
import io.nightshift.model.onnx.OpenCvReader;
import io.nightshift.model.zoo.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.NoOp;

/** An imported model gives the scores that the file gives in OpenCV, or that the exported model gave. */
class OnnxImportTest {
    private static final int SIDE = 11;
    private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");
    private static final ImportOptions PIXELS_AS_THEY_ARE =
            new ImportOptions(OptionalInt.empty(), Optional.of(PixelScaling.BYTES), FIVE);

    static {
        SmallNetwork.withSgd();
    }

    private static final String SOFTMAX_INSIDE = "scaling and attention";

    private final List<String> notes = new ArrayList<>();

    static Stream<Arguments> networks() {
        return OperationNetworks.of(3, SIDE, SIDE).filter(network -> !network.get()[0].equals(SOFTMAX_INSIDE));
    }

    private static byte[] images(int n, int side) {
        byte[] images = new byte[n * side * side];
        new Random(9).nextBytes(images);
        return images;
    }

    private void assertComesBack(TrainedModel model, PixelType pixels) {
        byte[] onnx = new OnnxExport(pixels, TestTimeAugmentation.NONE).bytes(model, "0", "0");
        TrainedModel imported = OnnxImport.read(onnx, "model.onnx", ImportOptions.NONE, notes::add);

        assertThat(imported.card().classes()).isEqualTo(model.card().classes());
        assertThat(imported.card().temperature()).isCloseTo(model.card().temperature(), within(1e-6));
        assertThat(imported.card().origin()).isEqualTo("onnx: model.onnx");
        assertThat(notes).isEmpty();
        byte[] images = images(2, model.card().input().side());
        assertSame(model.scores(images), imported.scores(images));
    }

    private static void assertSame(float[][] expected, float[][] scores) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(scores[i]).containsExactly(expected[i], within(1e-5f));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void eachOperationComesBack(String name, Function<CNN2DFormat, Network> make) {
        Network network = OperationNetworks.withFilledNormalisations(make.apply(CNN2DFormat.NCHW));
        NetworkInput input = new NetworkInput(SIDE, 3, Layout.NCHW, 2 / 255.0, -1);
        assertComesBack(TrainedModel.of(network, new ModelCard(FIVE, input, 1.7, name)), PixelType.FLOAT32);
    }

    @Test
    @SuppressWarnings("unchecked")
    void aSoftmaxInTheMiddleIsRefused() {
        Function<CNN2DFormat, Network> make = (Function<CNN2DFormat, Network>) OperationNetworks.of(3, SIDE, SIDE)
                .filter(network -> network.get()[0].equals(SOFTMAX_INSIDE))
                .findAny()
                .orElseThrow()
                .get()[1];
        byte[] onnx = new OnnxExport(PixelType.UINT8, TestTimeAugmentation.NONE)
                .bytes(
                        TrainedModel.of(
                                make.apply(CNN2DFormat.NCHW),
                                new ModelCard(FIVE, new NetworkInput(SIDE, 3, Layout.NCHW, 1, 0), 1, "attention")),
                        "0",
                        "0");

        assertThatThrownBy(() -> OnnxImport.read(onnx, "model.onnx", ImportOptions.NONE, notes::add))
                .isInstanceOf(DataException.class)
                .hasMessageMatching(
                        "model.onnx cannot be imported: node Sum_\\d+ \\(Sum\\): it comes after the softmax, "
                                + "which must be last");
    }

    @ParameterizedTest
    @EnumSource(names = "DEEP", mode = EnumSource.Mode.EXCLUDE)
    void eachArchitectureComesBack(Architecture architecture) {
        int side = architecture == Architecture.BLOG_CNN ? 45 : 12;
        Network network = architecture.network(side, 7, 1, new NoOp());
        OperationNetworks.withFilledNormalisations(network);
        ModelCard card = new ModelCard(Emotion.labels(), NetworkInput.grey(side), 0.8, "zoo");
        assertComesBack(TrainedModel.of(network, card), PixelType.UINT8);
    }

    /** Gives pixels as they are to both, and compares with the softmax of what OpenCV computes. */
    private TrainedModel assertAsInOpenCv(OnnxFileBuilder file) {
        byte[] onnx = file.bytes();
        TrainedModel model = OnnxImport.read(onnx, "model.onnx", PIXELS_AS_THEY_ARE, notes::add);
        byte[] images = images(3, 12);
        float[][] expected = OpenCvReader.scores(onnx, images, 12, false);
        for (float[] row : expected) {
            double largest = Float.NEGATIVE_INFINITY;
            for (float logit : row) {
                largest = Math.max(largest, logit);
            }
            double sum = 0;
            for (float logit : row) {
                sum += Math.exp(logit - largest);
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (Math.exp(row[i] - largest) / sum);
            }
        }
        assertSame(expected, model.scores(images));
        return model;
    }

    @Test
    void aClassifierOfPyTorchGetsItsSoftmax() {
        OnnxFileBuilder file = OnnxFileBuilder.ofImages();
        file.then("Div", Map.of(), file.floats(255))
                .then("Sub", Map.of(), file.floats(0.5f))
                .then(
                        "Conv",
                        Map.of("kernel_shape", List.of(3, 3), "pads", List.of(1, 1, 1, 1)),
                        file.weights(6, 1, 3, 3),
                        file.weights(6))
                .then("Relu", Map.of())
                .then("MaxPool", Map.of("kernel_shape", List.of(2, 2), "strides", List.of(2, 2)))
                .then("Reshape", Map.of(), file.integers(-1, 216))
                .then("Gemm", Map.of("transB", 1, "alpha", 0.5, "beta", 2.0), file.weights(5, 216), file.weights(5));
        TrainedModel model = assertAsInOpenCv(file);

        assertThat(notes).containsExactly("model.onnx ends without a softmax: one was added");
        assertThat(model.card().input()).isEqualTo(new NetworkInput(12, 1, Layout.NCHW, 1 / 255.0, -0.5));
    }

    @Test
    void aBlockWithAShortcutAndConstantsOfItsOwn() {
        OnnxFileBuilder file = OnnxFileBuilder.ofImages();
        String stem = file.then("Mul", Map.of(), file.floats(1 / 255f))
                .then(
                        "Conv",
                        Map.of("kernel_shape", List.of(3, 3), "strides", List.of(2, 2), "auto_pad", "SAME_UPPER"),
                        file.weights(4, 1, 3, 3))
                .then("Add", Map.of(), file.weights(1, 4, 1, 1))
                .then("Clip", Map.of(), file.floats(0), file.floats(6))
                .last();
        String deep = file.then(
                        "Conv",
                        Map.of("kernel_shape", List.of(3, 3), "pads", List.of(1, 1, 1, 1), "group", 4),
                        file.weights(4, 1, 3, 3))
                .then("Mul", Map.of(), file.weights(4, 1, 1))
                .then("Tanh", Map.of())
                .last();
        file.node("Add", Map.of(), stem, deep)
                .then("AveragePool", Map.of("kernel_shape", List.of(2, 2), "strides", List.of(2, 2)))
                .then("ReduceMean", Map.of("axes", List.of(2, 3), "keepdims", 1))
                .then("Flatten", Map.of("axis", 1))
                .then("MatMul", Map.of(), file.weights(4, 5))
                .then("Add", Map.of(), file.weights(5));
        assertAsInOpenCv(file.version(13));
    }

    @Test
    void poolingThatRoundsUpAndSwish() {
        OnnxFileBuilder file = OnnxFileBuilder.ofImages();
        String sum = file.then("Div", Map.of(), file.floats(100))
                .then("Conv", Map.of("kernel_shape", List.of(3, 3)), file.weights(5, 1, 3, 3))
                .last();
        String sigmoid = file.node("Sigmoid", Map.of(), sum).last();
        file.node("Mul", Map.of(), sum, sigmoid)
                .then("MaxPool", Map.of("kernel_shape", List.of(3, 3), "strides", List.of(2, 2), "ceil_mode", 1))
                .then("GlobalAveragePool", Map.of())
                .then("Flatten", Map.of("axis", 1));
        assertAsInOpenCv(file);
    }

    @Test
    void imagesOfBytesAreTakenAsTheyAre() {
        OnnxFileBuilder file = new OnnxFileBuilder(TensorProto.DataType.UINT8, 12, 12, 1);
        file.then("Cast", Map.of("to", 1))
                .then("Transpose", Map.of("perm", List.of(0, 3, 1, 2)))
                .then("Conv", Map.of("kernel_shape", List.of(12, 12)), file.weights(5, 1, 12, 12))
                .then("Flatten", Map.of("axis", 1))
                .then("Softmax", Map.of("axis", 1));
        ImportOptions classes = new ImportOptions(OptionalInt.empty(), Optional.empty(), FIVE);
        TrainedModel model = OnnxImport.read(file.bytes(), "model.onnx", classes, notes::add);

        assertThat(model.card().input()).isEqualTo(new NetworkInput(12, 1, Layout.NCHW, 1, 0));
        assertThat(notes).isEmpty();
    }

    @Test
    void sizesThatTheGraphComputes() {
        OnnxFileBuilder file = OnnxFileBuilder.ofImages();
        String images = file.then("Conv", Map.of("kernel_shape", List.of(6, 6)), file.weights(2, 1, 6, 6))
                .then("Mul", Map.of(), file.floats(0.01f))
                .last();
        String batch = file.then("Shape", Map.of())
                .then("Gather", Map.of(), file.integers(0))
                .last();
        String shape =
                file.node("Concat", Map.of("axis", 0), batch, file.integers(-1)).last();
        file.node("Reshape", Map.of(), images, shape).then("MatMul", Map.of(), file.weights(98, 5));
        OnnxFileBuilder plain = OnnxFileBuilder.ofImages();
        plain.then("Conv", Map.of("kernel_shape", List.of(6, 6)), plain.weights(2, 1, 6, 6))
                .then("Mul", Map.of(), plain.floats(0.01f))
                .then("Flatten", Map.of("axis", 1))
                .then("MatMul", Map.of(), plain.weights(98, 5));
        byte[] images12 = images(2, 12);

        assertThat(read(file).scores(images12)).isDeepEqualTo(read(plain).scores(images12));
    }

    private TrainedModel read(OnnxFileBuilder file) {
        return OnnxImport.read(file.bytes(), "model.onnx", PIXELS_AS_THEY_ARE, notes::add);
    }
}
