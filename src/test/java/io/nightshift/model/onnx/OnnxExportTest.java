package io.nightshift.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.augment.AugmentedViews;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.batch.NetworkInput.Layout;
import io.nightshift.engine.Network;
import io.nightshift.engine.OperationNetworks;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelProvenance;
import io.nightshift.model.onnx.OnnxExport.PixelType;
import io.nightshift.model.zoo.Architecture;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.NoOp;

/** An exported model gives the scores of the model, in OpenCV. */
class OnnxExportTest {
    private static final OnnxExport BYTES = new OnnxExport(PixelType.UINT8, TestTimeAugmentation.NONE);
    private static final int SIDE = 11;

    static {
        SmallNetwork.withSgd();
    }

    static Stream<Arguments> networks() {
        return OperationNetworks.of(3, SIDE, SIDE);
    }

    private static byte[] images(int n, int side) {
        byte[] images = new byte[n * side * side];
        new Random(9).nextBytes(images);
        return images;
    }

    private static List<String> classes(int count) {
        return IntStream.range(0, count).mapToObj(i -> "class " + i).toList();
    }

    private static void assertSameScores(TrainedModel model, OnnxExport how, boolean bytes) {
        int side = model.card().input().side();
        byte[] images = images(2, side);
        byte[] onnx = how.bytes(model, "0", "0");
        float[][] expected = model.scores(AugmentedViews.of(how.views(), images, side));
        float[][] scores = OpenCvReader.scores(onnx, images, side, bytes);
        for (int i = 0; i < expected.length; i++) {
            assertThat(scores[i]).containsExactly(expected[i], within(1e-5f));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void eachOperation(String name, Function<CNN2DFormat, Network> make) {
        for (CNN2DFormat format : CNN2DFormat.values()) {
            Network network = OperationNetworks.withFilledNormalisations(make.apply(format));
            NetworkInput input =
                    new NetworkInput(SIDE, 3, format == CNN2DFormat.NCHW ? Layout.NCHW : Layout.NHWC, 2 / 255.0, -1);
            TrainedModel model = TrainedModel.of(network, new ModelCard(classes(5), input, 1.7, name));
            assertSameScores(model, new OnnxExport(PixelType.FLOAT32, TestTimeAugmentation.NONE), false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachArchitecture(Architecture architecture) {
        int side = architecture == Architecture.BLOG_CNN ? 45 : 12;
        Network network = architecture.network(side, 7, 1, new NoOp());
        OperationNetworks.withFilledNormalisations(network);
        ModelCard card = new ModelCard(Emotion.labels(), NetworkInput.grey(side), 1, "zoo");
        assertSameScores(TrainedModel.of(network, card), BYTES, true);
    }

    @ParameterizedTest
    @EnumSource
    void eachViewOfAnImage(TestTimeAugmentation views) {
        for (double temperature : new double[] {1, 0.6, 2.5}) {
            TrainedModel model = TrainedModel.of(
                    Network.of(SmallNetwork.withSgd()),
                    ModelCard.ofFer2013("small").withTemperature(temperature));
            assertSameScores(model, new OnnxExport(PixelType.UINT8, views), true);
        }
    }

    @Test
    void propertiesNameClassesModelAndRun() throws Exception {
        ModelCard card = ModelCard.ofFer2013("small")
                .withTemperature(1.5)
                .withProvenance(new ModelProvenance("night-7", null, null, null, null));
        byte[] onnx = BYTES.bytes(TrainedModel.of(Network.of(SmallNetwork.withSgd()), card), "abc", "1.2.3");

        assertThat(OpenCvReader.properties(onnx))
                .containsEntry("classes", "[\"angry\",\"disgust\",\"fear\",\"happy\",\"sad\",\"surprise\",\"neutral\"]")
                .containsEntry("model_sha256", "abc")
                .containsEntry("run_id", "night-7")
                .containsEntry("temperature", "1.5")
                .containsEntry("views", "none");
    }

    @Test
    void equalModelsGiveEqualBytes() {
        TrainedModel model = TrainedModel.of(Network.of(SmallNetwork.residual()), ModelCard.ofFer2013("small"));
        assertThat(BYTES.bytes(model, "0", "0")).isEqualTo(BYTES.bytes(model, "0", "0"));
        assertThat(BYTES.bytes(model, "0", "0"))
                .isNotEqualTo(new OnnxExport(PixelType.FLOAT32, TestTimeAugmentation.NONE).bytes(model, "0", "0"));
    }
}
