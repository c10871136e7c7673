package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.Emotion;
import io.nightshift.store.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class ConfusionCountsTest {
    private static final Offset<Double> EXACTLY = within(1e-12);

    /**
     * Ten examples: angry 4 (2 found, one taken for fear, one for sad), fear 3 (1 found, 2 taken for angry), happy 2
     * (both found), neutral 1 (taken for happy); none is, or is taken for, disgust or surprise.
     */
    private static ConfusionCounts countedByHand() {
        ConfusionCounts counts = new ConfusionCounts(Emotion.labels(), 3);
        // angry disgust fear happy sad surprise neutral
        add(counts, Emotion.ANGRY, 0.50f, 0.10f, 0.10f, 0.10f, 0.10f, 0.05f, 0.05f);
        add(counts, Emotion.ANGRY, 0.40f, 0.10f, 0.20f, 0.10f, 0.10f, 0.05f, 0.05f);
        add(counts, Emotion.ANGRY, 0.30f, 0.00f, 0.60f, 0.10f, 0.00f, 0.00f, 0.00f);
        add(counts, Emotion.ANGRY, 0.10f, 0.00f, 0.20f, 0.00f, 0.70f, 0.00f, 0.00f);
        add(counts, Emotion.FEAR, 0.00f, 0.00f, 0.90f, 0.10f, 0.00f, 0.00f, 0.00f);
        add(counts, Emotion.FEAR, 0.80f, 0.00f, 0.10f, 0.10f, 0.00f, 0.00f, 0.00f);
        add(counts, Emotion.FEAR, 0.50f, 0.30f, 0.20f, 0.00f, 0.00f, 0.00f, 0.00f);
        add(counts, Emotion.HAPPY, 0.00f, 0.00f, 0.00f, 1.00f, 0.00f, 0.00f, 0.00f);
        add(counts, Emotion.HAPPY, 0.20f, 0.00f, 0.20f, 0.60f, 0.00f, 0.00f, 0.00f);
        add(counts, Emotion.NEUTRAL, 0.00f, 0.00f, 0.00f, 0.80f, 0.10f, 0.10f, 0.00f);
        return counts;
    }

    private static void add(ConfusionCounts counts, Emotion actual, float... scores) {
        counts.add(new Prediction(0, actual.ordinal(), scores, new byte[0]));
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
                .of(new EvaluatedModel("model.zip", null, null, false, TestTimeAugmentation.TEN_CROP))
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
                        "accuracy_standard_error",
                        "macro_f1",
                        "macro_f1_interval_95",
                        "top2_accuracy",
                        "top2_accuracy_standard_error",
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
        ConfusionCounts counts = new ConfusionCounts(Emotion.labels(), 0);
        List<Prediction> predictions = predictions(3_000, 1);
        predictions.forEach(counts::add);
        float[][] oneHot = new float[predictions.size()][Emotion.COUNT];
        predictions.forEach(prediction -> oneHot[(int) prediction.index()][prediction.actual()] = 1);
        theirs.eval(
                Nd4j.create(oneHot),
                Nd4j.create(predictions.stream().map(Prediction::scores).toArray(float[][]::new)));
        Evaluation ours = counts.evaluation("", "");
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
