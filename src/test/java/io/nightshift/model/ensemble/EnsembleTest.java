package io.nightshift.model.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.augment.AugmentedViews;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.batch.NetworkInput.Layout;
import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.OperationNetworks;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.cpu.CpuEngine;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.ensemble.Ensemble.Member;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelProvenance;
import io.nightshift.model.io.ModelProvenance.Measured;
import io.nightshift.model.onnx.OnnxExport;
import io.nightshift.model.onnx.OnnxExport.PixelType;
import io.nightshift.model.onnx.OpenCvReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** An ensemble's scores are the mean of its members' own. */
class EnsembleTest {
    private static final int SIDE = 11;
    private static final List<String> CLASSES = List.of("a", "b", "c", "d", "e");

    static {
        SmallNetwork.withSgd();
    }

    private static Network network(String operation, int channels, CNN2DFormat format) {
        return OperationNetworks.of(channels, SIDE, SIDE)
                .filter(arguments -> arguments.get()[0].equals(operation))
                .map(arguments -> made(arguments.get()[1], format))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Network made(Object make, CNN2DFormat format) {
        return OperationNetworks.withFilledNormalisations(((Function<CNN2DFormat, Network>) make).apply(format));
    }

    private static Member member(String name, Network network, NetworkInput input, double temperature) {
        return new Member(
                name, TrainedModel.of(network, new ModelCard(CLASSES, input, temperature, name)), "sha of " + name);
    }

    /** Members of all kinds: layers in a row, graphs, one and three channels, first and last, several scalings. */
    private static List<Member> members() {
        return List.of(
                member(
                        "grey",
                        network("batch normalisation", 1, CNN2DFormat.NCHW),
                        new NetworkInput(SIDE, 1, Layout.NCHW, 1 / 255.0, 0),
                        1),
                member(
                        "grey, channels last",
                        network("dense", 1, CNN2DFormat.NHWC),
                        new NetworkInput(SIDE, 1, Layout.NHWC, 2 / 255.0, -1),
                        1.3),
                member(
                        "colours",
                        network("branches", 3, CNN2DFormat.NCHW),
                        new NetworkInput(SIDE, 3, Layout.NCHW, 1 / 64.0, -2),
                        0.7),
                member(
                        "colours, channels last",
                        network("loss on pooled images", 3, CNN2DFormat.NHWC),
                        new NetworkInput(SIDE, 3, Layout.NHWC, 1 / 255.0, 0),
                        2.5));
    }

    private static byte[] images(int n) {
        byte[] images = new byte[n * SIDE * SIDE];
        new Random(9).nextBytes(images);
        return images;
    }

    private static float[][] mean(List<Member> members, byte[] images) {
        float[][] sums = members.get(0).model().scores(images);
        for (Member member : members.subList(1, members.size())) {
            float[][] its = member.model().scores(images);
            for (int i = 0; i < sums.length; i++) {
                for (int k = 0; k < sums[i].length; k++) {
                    sums[i][k] += its[i][k];
                }
            }
        }
        for (float[] one : sums) {
            for (int k = 0; k < one.length; k++) {
                one[k] /= members.size();
            }
        }
        return sums;
    }

    private static void assertSame(float[][] actual, float[][] expected) {
        assertThat(actual).hasDimensions(expected.length, expected[0].length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).containsExactly(expected[i], within(2e-6f));
        }
    }

    @Test
    void scoresAreTheMeanOfTheMembersOwnForAnyBatch() throws IOException {
        List<Member> members = members();
        TrainedModel ensemble = TrainedModel.read(Ensemble.of(members).bytes());
        for (int n : new int[] {1, 3, 70}) {
            assertSame(ensemble.scores(images(n)), mean(members, images(n)));
        }
        assertThat(ensemble.card().input()).isEqualTo(new NetworkInput(SIDE, 1, Layout.NCHW, 1, 0));
        assertThat(ensemble.card().classes()).isEqualTo(CLASSES);
        assertThat(ensemble.card().origin())
                .isEqualTo("ensemble of grey and grey, channels last and colours and colours, channels last");
    }

    @Test
    void theEngineComputesIt() {
        TrainedModel ensemble = Ensemble.of(members());
        NativeThreads.perWorker(1);
        try (Scorer scorer = CpuEngine.scorer(ensemble.network(), new Shape(1, SIDE, SIDE), false, Precision.FLOAT32)) {
            assertSame(scorer.scores(ensemble.card().input().values(images(3)), 3), mean(members(), images(3)));
        }
    }

    @Test
    void plainDl4jReadsEvaluatesAndTrainsIt() throws IOException {
        byte[] file = Ensemble.of(members()).bytes();
        ComputationGraph graph = ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(file), true);
        var pixels = new NetworkInput(SIDE, 1, Layout.NCHW, 1, 0).features(images(4));

        float[][] scores = graph.outputSingle(pixels).toFloatMatrix();
        assertSame(scores, mean(members(), images(4)));

        DataSet labelled =
                new DataSet(pixels, Nd4j.eye(5).castTo(pixels.dataType()).getRows(0, 1, 2, 3));
        double loss = 0;
        for (int i = 0; i < 4; i++) {
            loss -= Math.log(scores[i][i]) / 4;
        }
        assertThat(graph.score(labelled, false)).isEqualTo(loss, within(1e-5));
        graph.fit(labelled);
        assertThat(graph.score(labelled, false)).isLessThan(loss);
    }

    @ParameterizedTest
    @EnumSource
    void onnxHasItWithViewsAndTheTemperatureOfTheWhole(TestTimeAugmentation views) {
        TrainedModel joined = Ensemble.of(members());
        TrainedModel ensemble = TrainedModel.of(joined.network(), joined.card().withTemperature(1.6));
        byte[] onnx = new OnnxExport(PixelType.UINT8, views).bytes(ensemble, "0", "0");
        float[][] scores = OpenCvReader.scores(onnx, images(2), SIDE, true);
        assertSame(scores, ensemble.scores(AugmentedViews.of(views, images(2), SIDE)));
    }

    @Test
    void aTemperatureOfTheWholeIsThatOfTheLogarithmOfTheMean() {
        TrainedModel joined = Ensemble.of(members());
        double[] powers = new double[CLASSES.size()];
        float[] mean = mean(members(), images(1))[0];
        Arrays.setAll(powers, k -> Math.pow(mean[k], 1 / 1.6));
        double sum = Arrays.stream(powers).sum();

        float[] scores = TrainedModel.of(joined.network(), joined.card().withTemperature(1.6))
                .scores(images(1))[0];
        for (int k = 0; k < powers.length; k++) {
            assertThat((double) scores[k]).isEqualTo(powers[k] / sum, within(1e-6));
        }
    }

    @Test
    void frozenLayersAndSoftmaxesBehindOthersAreMembersToo() {
        Network frozen = Network.of(new TransferLearning.Builder(SmallNetwork.withSgd())
                .setFeatureExtractor(1)
                .build());
        NetworkInput grey = NetworkInput.grey(48);
        List<Member> members = List.of(
                small("frozen", frozen, grey, 1.2),
                small("functional", Network.of(SmallNetwork.residual()), grey, 0.8));
        byte[] images = new byte[2 * 48 * 48];
        new Random(2).nextBytes(images);
        assertSame(Ensemble.of(members).scores(images), mean(members, images));
    }

    private static Member small(String name, Network network, NetworkInput input, double temperature) {
        ModelCard card = ModelCard.ofFer2013(name);
        return new Member(
                name,
                TrainedModel.of(network, new ModelCard(card.classes(), input, temperature, name)),
                "sha of " + name);
    }

    @Test
    void eightMembersHaveTheWeightsOfEightAndNoOptimiser() throws IOException {
        List<Member> members = IntStream.range(0, 8)
                .mapToObj(i -> small("m" + i, Network.of(SmallNetwork.withAdam()), NetworkInput.grey(48), 1))
                .toList();
        byte[] file = Ensemble.of(members).bytes();
        assertThat(TrainedModel.read(file).network().model().numParams())
                .isEqualTo(8 * SmallNetwork.withAdam().numParams());
        assertThat(ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(file), true)
                        .getUpdater(false))
                .isNull();
    }

    @Test
    void viewsAreThoseOfTheMemberWithMost() {
        Member plain = members().get(0);
        assertThat(Ensemble.views(List.of(plain, plain))).isEqualTo(TestTimeAugmentation.NONE);
        ModelProvenance flipped =
                new ModelProvenance("r", null, null, null, new Measured(null, TestTimeAugmentation.FLIP));
        Member views = new Member(
                "flipped",
                TrainedModel.of(plain.model().network(), plain.model().card().withProvenance(flipped)),
                "sha");
        assertThat(Ensemble.views(List.of(views, plain))).isEqualTo(TestTimeAugmentation.FLIP);
        assertThat(views.provenance()).isEqualTo(new ModelProvenance.Member("sha", "grey", "r", null, null));
    }

    @Test
    void membersThatDoNotFitAreRefused() {
        Member first = members().get(0);
        refused(
                List.of(first),
                "an ensemble has at least two members, and only grey is named; name two models or more");
        refused(List.of(first, first), "MODEL grey is named twice; name each member once");
        refused(
                List.of(first, new Member("copy", first.model(), first.sha256())),
                "MODEL copy is the same model as grey; name each member once");
        ModelCard card = first.model().card();
        refused(
                List.of(
                        first,
                        new Member(
                                "other",
                                TrainedModel.of(
                                        first.model().network(),
                                        new ModelCard(List.of("b", "a", "c", "d", "e"), card.input(), 1, "other")),
                                "x")),
                "MODEL other knows the classes b,a,c,d,e, and grey knows a,b,c,d,e; the members of an ensemble have "
                        + "the same classes in the same order");
        refused(
                List.of(first, member("large", first.model().network(), NetworkInput.grey(48), 1)),
                "MODEL large takes images of 48 x 48, and grey of 11 x 11; the members of an ensemble take images of "
                        + "one size");
        refused(
                List.of(first, new Member("joined", Ensemble.of(members()), "x")),
                "MODEL joined (ensemble of grey and grey, channels last and colours and colours, channels last) does "
                        + "not end in a softmax; name networks that do, of an ensemble its members");
    }

    private static void refused(List<Member> members, String message) {
        assertThatThrownBy(() -> Ensemble.of(members))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }
}
