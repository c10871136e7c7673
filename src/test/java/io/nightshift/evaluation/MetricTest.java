package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.evaluation.statistics.Uncertainty.StandardError;
import io.nightshift.store.Json;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What metrics share; {@link EvaluatorTest} counts each of them by hand. */
class MetricTest {
    private static final float[] CLOSED = {0.9f, 0.1f};

    private static Evaluation evaluation(BitSet duplicates) {
        ConfusionCounts counts = new ConfusionCounts(List.of("closed", "open"), 0, duplicates);
        counts.add(new Prediction(0, 0, new float[] {0.75f, 0.25f}, new byte[0]));
        counts.add(new Prediction(1, 1, new float[] {1, 0}, new byte[0]));
        return counts.evaluation("public_test", "model.zip");
    }

    @Test
    void aFractionIsShownAsAPercentageALossWithThreeDecimalsACountWhole() {
        assertThat(Metric.ACCURACY.format(0.6254)).isEqualTo("62.5 %");
        assertThat(Metric.LOSS.format(1.03849)).isEqualTo("1.038");
        assertThat(Metric.DUPLICATES.format(1_286)).isEqualTo("1,286");
        assertThat(Metric.LOSS.format(Double.NaN)).isEqualTo("–");
    }

    @Test
    void jsonHasEachKnownMetricUnderItsKeyCountsAsWholeNumbers() {
        assertThat(Json.line(evaluation(new BitSet())))
                .startsWith("{\"split\":\"public_test\",\"model\":\"model.zip\",\"examples\":2,\"loss\":")
                .contains("\"accuracy\":0.5,\"accuracy_standard_error\":0.3535533905932738,\"macro_f1\":")
                .contains("\"duplicates_of_training\":0,\"accuracy_without_duplicates\":0.5,"
                        + "\"accuracy_without_duplicates_standard_error\":0.3535533905932738,"
                        + "\"macro_f1_without_duplicates\":0.3333333333333333,"
                        + "\"macro_f1_without_duplicates_interval_95\":[0.0,1.0],"
                        + "\"classes\":[{\"name\":\"closed\","
                        + "\"support\":1,\"precision\":0.5,\"recall\":1.0,\"f1\":");
    }

    @Test
    void whatIsUnknownIsNowhere() {
        Evaluation unknown = evaluation(null);
        assertThat(unknown.metrics())
                .doesNotContainKeys(
                        Metric.DUPLICATES,
                        Metric.ACCURACY_WITHOUT_DUPLICATES,
                        Metric.MACRO_F1_WITHOUT_DUPLICATES,
                        Metric.MAJORITY_VOTES,
                        Metric.MAJORITY_VOTE_ACCURACY)
                .hasSize(Metric.values().length - 5);
        assertThat(Json.line(unknown)).doesNotContain("duplicates");
        assertThatThrownBy(() -> unknown.value(Metric.DUPLICATES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duplicates of training is unknown on public_test");
    }

    /** Of 3 rows that training does not have 2 are right; of the class open 1 of 2, and nothing else is called open. */
    @Test
    void duplicatesAreLeftOutOfTheOtherRowsMetrics() {
        BitSet second = new BitSet();
        second.set(1);
        ConfusionCounts one = new ConfusionCounts(List.of("closed", "open"), 0, second);
        one.add(new Prediction(0, 0, CLOSED, new byte[0]));
        one.add(new Prediction(1, 1, CLOSED, new byte[0]));
        ConfusionCounts other = new ConfusionCounts(List.of("closed", "open"), 0, second);
        other.add(new Prediction(2, 1, CLOSED, new byte[0]));
        other.add(new Prediction(3, 1, new float[] {0.1f, 0.9f}, new byte[0]));
        Evaluation evaluation = one.plus(other).evaluation("public_test", "model.zip");

        assertThat(evaluation.value(Metric.ACCURACY_WITHOUT_DUPLICATES)).isEqualTo(2.0 / 3);
        assertThat(evaluation.uncertainty(Metric.ACCURACY_WITHOUT_DUPLICATES))
                .contains(new StandardError(Math.sqrt(2.0 / 27)));
        // closed: 2/3, of precision 1/2 and recall 1; open: 2/3, of precision 1 and recall 1/2
        assertThat(evaluation.value(Metric.MACRO_F1_WITHOUT_DUPLICATES)).isEqualTo(2.0 / 3);
        // closed: 1/2, of precision 1/3 and recall 1; open: 1/2, of precision 1 and recall 1/3
        assertThat(evaluation.value(Metric.MACRO_F1)).isEqualTo(0.5);
    }

    @Test
    void aShareHasItsStandardErrorInPoints() {
        ConfusionCounts counts = new ConfusionCounts(List.of("closed", "open"), 0);
        for (int i = 0; i < 100; i++) {
            counts.add(new Prediction(i, i < 80 ? 0 : 1, CLOSED, new byte[0]));
        }
        Evaluation evaluation = counts.evaluation("public_test", "model.zip");

        // 0.8 * 0.2 / 100 is 0.04 squared.
        assertThat(evaluation.textWithError(Metric.ACCURACY)).isEqualTo("80.0 % ± 4.0");
        assertThat(evaluation.uncertainty(Metric.ACCURACY).orElseThrow().explained())
                .isEqualTo("± 4.0 (standard error)");
        assertThat(evaluation.uncertainty(Metric.MACRO_F1).orElseThrow().explained())
                .matches("4\\d\\.\\d to 4\\d\\.\\d % \\(95 % interval\\)");
        assertThat(evaluation.uncertainty(Metric.LOSS)).isEmpty();
        assertThat(evaluation.uncertainty(Metric.MAJORITY_BASELINE)).isEmpty();
    }

    /** Where training has every row, there is none to estimate by. */
    @Test
    void nothingIsEstimatedByNoRows() {
        BitSet all = new BitSet();
        all.set(0, 2);
        Evaluation evaluation = evaluation(all);

        assertThat(evaluation.value(Metric.MACRO_F1_WITHOUT_DUPLICATES)).isZero();
        assertThat(evaluation.uncertainty(Metric.MACRO_F1_WITHOUT_DUPLICATES)).isEmpty();
        assertThat(evaluation.uncertainty(Metric.ACCURACY_WITHOUT_DUPLICATES)).isEmpty();
    }

    /** Right, wrong, and two that have no majority. */
    @Test
    void theAccuracyByTheMajorityVoteStandsBesideThatOfTheLabel() {
        ConfusionCounts counts = new ConfusionCounts(List.of("closed", "open", "half"), 0);
        float[] closed = {0.7f, 0.2f, 0.1f};
        counts.add(new Prediction(0, 1, closed, new byte[0], new byte[] {6, 2, 2}));
        counts.add(new Prediction(1, 0, closed, new byte[0], new byte[] {0, (byte) 200, 10}));
        counts.add(new Prediction(2, 0, closed, new byte[0], new byte[] {5, 0, 5}));
        counts.add(new Prediction(3, 0, closed, new byte[0], new byte[3]));
        Evaluation evaluation = counts.evaluation("public_test", "model.zip");

        assertThat(evaluation.value(Metric.ACCURACY)).isEqualTo(0.75);
        assertThat(evaluation.value(Metric.MAJORITY_VOTES)).isEqualTo(2);
        assertThat(evaluation.value(Metric.MAJORITY_VOTE_ACCURACY)).isEqualTo(0.5);
    }

    @Test
    void keysAndLabelsAreUnique() {
        assertThat(Stream.of(Metric.values()).map(Metric::key)).doesNotHaveDuplicates();
        assertThat(Stream.of(Metric.values()).map(Metric::label)).doesNotHaveDuplicates();
    }
}
