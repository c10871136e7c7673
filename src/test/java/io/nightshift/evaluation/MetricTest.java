package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.store.Json;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What metrics share; {@link EvaluatorTest} counts each of them by hand. */
class MetricTest {
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
                .contains("\"accuracy\":0.5,\"macro_f1\":")
                .contains("\"duplicates_of_training\":0,\"accuracy_without_duplicates\":0.5,"
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
                        Metric.MAJORITY_VOTES,
                        Metric.MAJORITY_VOTE_ACCURACY)
                .hasSize(Metric.values().length - 4);
        assertThat(Json.line(unknown)).doesNotContain("duplicates");
        assertThatThrownBy(() -> unknown.value(Metric.DUPLICATES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duplicates of training is unknown on public_test");
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
