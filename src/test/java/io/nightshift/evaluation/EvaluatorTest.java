package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.SparkFixture;
import io.nightshift.config.EvaluateSettings;
import io.nightshift.config.TestTimeAugmentation;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.demo.DemoFaces;
import io.nightshift.engine.Network;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelProvenance;
import io.nightshift.store.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class EvaluatorTest {
    private static final Offset<Double> EXACTLY = within(1e-12);

    @TempDir
    private Path folder;

    /**
     * Ten examples: angry 4 (2 found, one taken for fear, one for sad), fear 3 (1 found, 2 taken for angry), happy 2
     * (both found), neutral 1 (taken for happy). Nobody is or is taken for disgust or surprise.
     */
    private static ConfusionCounts countedByHand() {
        ConfusionCounts tally = new ConfusionCounts(Emotion.labels(), 3);
        // angry disgust fear happy sad surprise neutral
        add(tally, Emotion.ANGRY, 0.50f, 0.10f, 0.10f, 0.10f, 0.10f, 0.05f, 0.05f);
        add(tally, Emotion.ANGRY, 0.40f, 0.10f, 0.20f, 0.10f, 0.10f, 0.05f, 0.05f);
        add(tally, Emotion.ANGRY, 0.30f, 0.00f, 0.60f, 0.10f, 0.00f, 0.00f, 0.00f);
        add(tally, Emotion.ANGRY, 0.10f, 0.00f, 0.20f, 0.00f, 0.70f, 0.00f, 0.00f);
        add(tally, Emotion.FEAR, 0.00f, 0.00f, 0.90f, 0.10f, 0.00f, 0.00f, 0.00f);
        add(tally, Emotion.FEAR, 0.80f, 0.00f, 0.10f, 0.10f, 0.00f, 0.00f, 0.00f);
        add(tally, Emotion.FEAR, 0.50f, 0.30f, 0.20f, 0.00f, 0.00f, 0.00f, 0.00f);
        add(tally, Emotion.HAPPY, 0.00f, 0.00f, 0.00f, 1.00f, 0.00f, 0.00f, 0.00f);
        add(tally, Emotion.HAPPY, 0.20f, 0.00f, 0.20f, 0.60f, 0.00f, 0.00f, 0.00f);
        add(tally, Emotion.NEUTRAL, 0.00f, 0.00f, 0.00f, 0.80f, 0.10f, 0.10f, 0.00f);
        return tally;
    }

    private static void add(ConfusionCounts tally, Emotion actual, float... scores) {
        tally.add(new Prediction(0, actual.ordinal(), scores, new byte[0]));
    }

    @Test
    void countsWhatWasCountedByHand() {
        Evaluation evaluation = countedByHand().evaluation("public_test", "model.zip");
        assertThat(evaluation.split()).isEqualTo("public_test");
        assertThat(evaluation.model()).isEqualTo(EvaluatedModel.at("model.zip"));
        assertThat(evaluation.examples()).isEqualTo(10);
        assertThat(evaluation.confusion()).isDeepEqualTo(new long[][] {
            {2, 0, 1, 0, 1, 0, 0},
            {0, 0, 0, 0, 0, 0, 0},
            {2, 0, 1, 0, 0, 0, 0},
            {0, 0, 0, 2, 0, 0, 0},
            {0, 0, 0, 0, 0, 0, 0},
            {0, 0, 0, 0, 0, 0, 0},
            {0, 0, 0, 1, 0, 0, 0}
        });
        assertThat(evaluation.value(Metric.ACCURACY)).isEqualTo(0.5, EXACTLY);
        assertThat(evaluation.value(Metric.MAJORITY_BASELINE)).isEqualTo(0.4, EXACTLY);
    }

    @Test
    void countsEachClass() {
        List<ClassMetrics> classes =
                countedByHand().evaluation("public_test", "model.zip").classes();
        assertThat(classes)
                .extracting(ClassMetrics::name)
                .containsExactly("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral");
        assertThat(classes).extracting(ClassMetrics::support).containsExactly(4L, 0L, 3L, 2L, 0L, 0L, 1L);
        assertMetrics(classes.get(0), 2 / 4.0, 2 / 4.0, 0.5);
        assertMetrics(classes.get(1), 0, 0, 0);
        assertMetrics(classes.get(2), 1 / 2.0, 1 / 3.0, 0.4);
        assertMetrics(classes.get(3), 2 / 3.0, 1, 0.8);
        assertMetrics(classes.get(4), 0, 0, 0);
        assertMetrics(classes.get(5), 0, 0, 0);
        assertMetrics(classes.get(6), 0, 0, 0);
    }

    private static void assertMetrics(ClassMetrics metrics, double precision, double recall, double f1) {
        assertThat(metrics.precision()).isEqualTo(precision, EXACTLY);
        assertThat(metrics.recall()).isEqualTo(recall, EXACTLY);
        assertThat(metrics.f1()).isEqualTo(f1, EXACTLY);
    }

    @Test
    void theMeanOfF1IsOverTheClassesThatAreOrArePredicted() {
        // angry, fear, happy, sad (only predicted) and neutral
        assertThat(countedByHand().evaluation("public_test", "model.zip").value(Metric.MACRO_F1))
                .isEqualTo((0.5 + 0.4 + 0.8 + 0 + 0) / 5, EXACTLY);
    }

    @Test
    void amongTheTwoHighestTheLowerLabelComesFirstOfEquals() {
        // All but the angry one taken for sad, the last of fear, and neutral. In the second of fear it ties with happy.
        assertThat(countedByHand().evaluation("public_test", "model.zip").value(Metric.TOP2_ACCURACY))
                .isEqualTo(0.7, EXACTLY);
    }

    @Test
    void theAccuracyWithoutWhatTrainingKnows() {
        BitSet known = new BitSet();
        known.set(1);
        known.set(3);
        ConfusionCounts first = new ConfusionCounts(Emotion.labels(), 0, known);
        ConfusionCounts second = new ConfusionCounts(Emotion.labels(), 0, known);
        // Right are 0, 1 and 4; without 1 and 3 that is two of three.
        boolean[] right = {true, true, false, false, true};
        for (int i = 0; i < right.length; i++) {
            (i < 2 ? first : second)
                    .add(new Prediction(i, right[i] ? 0 : 1, new float[] {0.9f, 0.1f, 0, 0, 0, 0, 0}, new byte[0]));
        }
        Evaluation evaluation = first.plus(second).evaluation("public_test", "model.zip");
        assertThat(evaluation.value(Metric.ACCURACY)).isEqualTo(3 / 5.0, EXACTLY);
        assertThat(evaluation.value(Metric.DUPLICATES)).isEqualTo(2);
        assertThat(evaluation.value(Metric.ACCURACY_WITHOUT_DUPLICATES)).isEqualTo(2 / 3.0, EXACTLY);
        assertThat(countedByHand().evaluation("public_test", "model.zip").metrics())
                .doesNotContainKeys(Metric.DUPLICATES, Metric.ACCURACY_WITHOUT_DUPLICATES);
    }

    @Test
    void theLossIsTheMeanCrossEntropyInNats() {
        double likelihood = 0.5 * 0.4 * 0.3 * 0.1 * 0.9 * 0.1 * 0.2 * 1 * 0.6 * 1e-10;
        assertThat(countedByHand().evaluation("public_test", "model.zip").value(Metric.LOSS))
                .isEqualTo(-Math.log(likelihood) / 10, within(1e-7));
    }

    @Test
    void theJsonNamesTheModelThatWasMeasured() throws IOException {
        Evaluation evaluation = countedByHand()
                .evaluation("public_test", "model.zip")
                .of(new EvaluatedModel("model.zip", null, null, TestTimeAugmentation.TEN_CROP))
                .ofFile("monday", "ab12");
        JsonNode json = new ObjectMapper().readTree(Json.bytes(evaluation));
        assertThat(json.fieldNames())
                .toIterable()
                .startsWith("split", "model", "model_run_id", "model_sha256", "test_time_augmentation", "examples");
        assertThat(json.get("model").asText()).isEqualTo("model.zip");
        assertThat(json.get("model_run_id").asText()).isEqualTo("monday");
        assertThat(json.get("model_sha256").asText()).isEqualTo("ab12");
        assertThat(json.get("test_time_augmentation").asText()).isEqualTo("ten-crop");
    }

    @Test
    void theJsonHasTheFieldsOfTheContractInItsOrder() throws IOException {
        JsonNode json = new ObjectMapper().readTree(Json.bytes(countedByHand().evaluation("public_test", "model.zip")));
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "split",
                        "model",
                        "examples",
                        "loss",
                        "accuracy",
                        "macro_f1",
                        "top2_accuracy",
                        "majority_baseline",
                        "expected_calibration_error",
                        "classes",
                        "confusion",
                        "confusion_rows");
        assertThat(json.at("/classes/3").fieldNames())
                .toIterable()
                .containsExactly("name", "support", "precision", "recall", "f1");
        assertThat(json.at("/confusion/0/2").asLong()).isEqualTo(1);
        assertThat(json.at("/confusion_rows").asText()).isEqualTo("actual");
    }

    @Test
    void keepsTheMostConfidentMistakes() {
        assertThat(countedByHand().evaluation("public_test", "model.zip").mistakes())
                .extracting(Prediction::confidence)
                .containsExactly(0.8f, 0.8f, 0.7f);
    }

    @Test
    void keepsTheMostConfidentOfVeryManyMistakes() {
        List<Prediction> mistakes = predictions(20_000, 3).stream()
                .filter(prediction -> prediction.predicted() != prediction.actual())
                .toList();
        ConfusionCounts one = new ConfusionCounts(Emotion.labels(), 5);
        mistakes.forEach(one::add);
        ConfusionCounts first = new ConfusionCounts(Emotion.labels(), 5);
        ConfusionCounts second = new ConfusionCounts(Emotion.labels(), 5);
        mistakes.forEach(mistake -> (mistake.index() % 3 == 0 ? first : second).add(mistake));
        List<Long> best = mistakes.stream()
                .sorted(Comparator.comparing(Prediction::confidence).reversed().thenComparing(Prediction::index))
                .limit(5)
                .map(Prediction::index)
                .toList();
        assertThat(one.evaluation("", "").mistakes())
                .extracting(Prediction::index)
                .isEqualTo(best);
        assertThat(first.plus(second).evaluation("", "").mistakes())
                .extracting(Prediction::index)
                .isEqualTo(best);
    }

    @Test
    void agreesWithDl4jOnRandomScores() {
        org.nd4j.evaluation.classification.Evaluation theirs =
                new org.nd4j.evaluation.classification.Evaluation(Emotion.labels(), 2);
        ConfusionCounts tally = new ConfusionCounts(Emotion.labels(), 0);
        for (Prediction prediction : predictions(3_000, 1)) {
            tally.add(prediction);
            float[] oneHot = new float[Emotion.COUNT];
            oneHot[prediction.actual()] = 1;
            theirs.eval(Nd4j.create(new float[][] {oneHot}), Nd4j.create(new float[][] {prediction.scores()}));
        }
        Evaluation ours = tally.evaluation("", "");
        assertThat(ours.value(Metric.ACCURACY)).isEqualTo(theirs.accuracy(), EXACTLY);
        assertThat(ours.value(Metric.MACRO_F1)).isEqualTo(theirs.f1(), EXACTLY);
        assertThat(ours.value(Metric.TOP2_ACCURACY)).isEqualTo(theirs.topNAccuracy(), EXACTLY);
        for (int actual = 0; actual < Emotion.COUNT; actual++) {
            assertMetrics(
                    ours.classes().get(actual), theirs.precision(actual), theirs.recall(actual), theirs.f1(actual));
            for (int predicted = 0; predicted < Emotion.COUNT; predicted++) {
                assertThat(ours.confusion()[actual][predicted])
                        .isEqualTo(theirs.getConfusionMatrix().getCount(actual, predicted));
            }
        }
    }

    @Test
    void onSparkTheSameAsOnTheDriverHoweverTheDataIsSpread() throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 100, 2);
        }
        MultiLayerNetwork network = tinyNetwork();
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            Examples examples = rows.examples(Split.TRAINING, 16, 1);
            Evaluation expected = onTheDriver(network, examples);
            assertThat(expected.examples()).isEqualTo(80);
            assertThat(expected.mistakes()).hasSize(10);
            for (int partitions : new int[] {1, 3}) {
                Evaluation onSpark = new Evaluator(
                                SparkFixture.spark(),
                                1,
                                new EvaluateSettings(16, 10, Optional.of(TestTimeAugmentation.NONE)))
                        .evaluate(model(network), "model.zip", rows.examples(Split.TRAINING, 16, partitions));
                assertThat(onSpark)
                        .usingRecursiveComparison()
                        .ignoringFields("loss", "model")
                        .isEqualTo(expected);
                assertThat(onSpark.value(Metric.LOSS)).isEqualTo(expected.value(Metric.LOSS), within(1e-9));
            }
            assertThat(expected.value(Metric.LOSS)).isEqualTo(lossByDl4j(network, examples), within(1e-5));
        }
    }

    @Test
    void theScoresOfAnImageAndItsMirrorImageAreAveraged() throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 100, 2);
        }
        MultiLayerNetwork network = tinyNetwork();
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            Examples examples = rows.examples(Split.TRAINING, 16, 2);
            double loss = 0;
            for (MiniBatch batch : examples.batches().collect()) {
                INDArray features = batch.features(NetworkInput.grey(Emotion.SIDE));
                INDArray mirrored = features.dup();
                for (int i = 0; i < batch.size(); i++) {
                    for (int row = 0; row < 48; row++) {
                        for (int column = 0; column < 48; column++) {
                            mirrored.putScalar(
                                    new int[] {i, 0, row, column}, features.getDouble(i, 0, row, 47 - column));
                        }
                    }
                }
                float[][] plain = network.output(batch.features(NetworkInput.grey(Emotion.SIDE)))
                        .toFloatMatrix();
                float[][] flipped = network.output(mirrored).toFloatMatrix();
                for (int i = 0; i < plain.length; i++) {
                    loss -= Math.log((plain[i][batch.labels()[i]] + flipped[i][batch.labels()[i]]) / 2);
                }
            }
            Evaluation flip = new Evaluator(
                            SparkFixture.spark(),
                            1,
                            new EvaluateSettings(16, 0, Optional.of(TestTimeAugmentation.FLIP)))
                    .evaluate(model(network), "model.zip", examples);
            assertThat(flip.value(Metric.LOSS)).isCloseTo(loss / 80, within(1e-5));

            TrainedModel measured = TrainedModel.of(
                    Network.of(network),
                    ModelCard.ofFer2013("tiny")
                            .withProvenance(new ModelProvenance(
                                    null,
                                    null,
                                    null,
                                    null,
                                    new ModelProvenance.Measured(Map.of(), TestTimeAugmentation.FLIP))));
            Evaluation auto = new Evaluator(SparkFixture.spark(), 1, new EvaluateSettings(16, 0, Optional.empty()))
                    .evaluate(measured, "model.zip", examples);
            assertThat(auto).usingRecursiveComparison().isEqualTo(flip);
            assertThat(auto.model().views()).isEqualTo(TestTimeAugmentation.FLIP);
        }
    }

    @Test
    void twoModelsAreComparedOnEachExample() throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 100, 2);
        }
        MultiLayerNetwork champion = tinyNetwork();
        MultiLayerNetwork challenger = tinyNetwork();
        challenger.setParams(challenger.params().mul(-0.5).addi(0.01));
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            Examples examples = rows.examples(Split.TRAINING, 16, 2);
            long[] only = new long[2];
            for (MiniBatch batch : examples.batches().collect()) {
                int[] first = champion.predict(batch.features(NetworkInput.grey(Emotion.SIDE)));
                int[] second = challenger.predict(batch.features(NetworkInput.grey(Emotion.SIDE)));
                for (int i = 0; i < first.length; i++) {
                    boolean firstRight = first[i] == batch.labels()[i];
                    boolean secondRight = second[i] == batch.labels()[i];
                    only[0] += firstRight && !secondRight ? 1 : 0;
                    only[1] += secondRight && !firstRight ? 1 : 0;
                }
            }
            assertThat(only[0]).isPositive();
            assertThat(only[1]).isPositive();

            Evaluator evaluator = new Evaluator(
                    SparkFixture.spark(), 1, new EvaluateSettings(16, 0, Optional.of(TestTimeAugmentation.NONE)));
            ModelComparison compared =
                    evaluator.compare(model(champion), "old.zip", model(challenger), "new.zip", examples);
            assertThat(compared.discordant()).isEqualTo(new McNemar(only[0], only[1]));
            assertThat(compared.champion())
                    .usingRecursiveComparison()
                    .isEqualTo(evaluator.evaluate(model(champion), "old.zip", examples));
            assertThat(compared.challenger())
                    .usingRecursiveComparison()
                    .isEqualTo(evaluator.evaluate(model(challenger), "new.zip", examples));
        }
    }

    private static Evaluation onTheDriver(MultiLayerNetwork network, Examples examples) {
        ConfusionCounts tally = new ConfusionCounts(Emotion.labels(), 10);
        for (MiniBatch batch : examples.batches().collect()) {
            float[][] scores = network.output(batch.features(NetworkInput.grey(Emotion.SIDE)))
                    .toFloatMatrix();
            for (int i = 0; i < scores.length; i++) {
                tally.add(new Prediction(batch.number() * 16 + i, batch.labels()[i], scores[i], batch.image(i)));
            }
        }
        return tally.evaluation("training", "model.zip");
    }

    private static double lossByDl4j(MultiLayerNetwork network, Examples examples) {
        List<DataSet> batches = examples.batches().collect().stream()
                .map(batch -> batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0))
                .toList();
        return network.score(DataSet.merge(batches));
    }

    private static TrainedModel model(MultiLayerNetwork network) {
        return TrainedModel.of(Network.of(network), ModelCard.ofFer2013("tiny"));
    }

    private static MultiLayerNetwork tinyNetwork() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(4)
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(new ConvolutionLayer.Builder(8, 8)
                        .stride(8, 8)
                        .nOut(3)
                        .activation(Activation.RELU)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(Emotion.COUNT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }

    private static List<Prediction> predictions(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] raw = random.doubles(Emotion.COUNT).toArray();
            double sum = IntStream.range(0, raw.length)
                    .mapToDouble(label -> raw[label])
                    .sum();
            float[] scores = new float[Emotion.COUNT];
            for (int label = 0; label < scores.length; label++) {
                scores[label] = (float) (raw[label] / sum);
            }
            predictions.add(new Prediction(i, random.nextInt(Emotion.COUNT), scores, new byte[0]));
        }
        return predictions;
    }
}
