package io.nightshift.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.RetrainSettings;
import io.nightshift.dataset.Emotion;
import io.nightshift.evaluation.ConfusionCounts;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.ModelComparison;
import io.nightshift.evaluation.Prediction;
import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.evaluation.statistics.PairedDifference;
import io.nightshift.run.Manifest.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromotionPolicyTest {
    private static final int PER_CLASS = 100;

    private final PromotionPolicy rule = rule(Map.of());
    private final FalsePromotionBudget unspent = new FalsePromotionBudget(settings(Map.of()));

    private static RetrainSettings settings(Map<String, String> sets) {
        return SettingsLoader.load(List.of(), sets, Map.of("data.uri", "faces.csv"))
                .retrain();
    }

    private static PromotionPolicy rule(Map<String, String> sets) {
        return new PromotionPolicy(settings(sets));
    }

    /** A model that gets so many of a hundred faces of each class right, and takes the others for the next class. */
    private static Evaluation model(int... right) {
        ConfusionCounts counts = new ConfusionCounts(Emotion.labels(), 0);
        for (int label = 0; label < Emotion.COUNT; label++) {
            for (int i = 0; i < PER_CLASS; i++) {
                add(counts, label, i < right[label] ? label : (label + 1) % Emotion.COUNT, 0.9f);
            }
        }
        return counts.evaluation("public_test", "model.zip");
    }

    private static void add(ConfusionCounts counts, int actual, int predicted, float score) {
        float[] scores = new float[Emotion.COUNT];
        scores[predicted] = score;
        counts.add(new Prediction(0, actual, scores, new byte[0]));
    }

    private static final Evaluation GOOD = model(60, 60, 60, 60, 60, 60, 60);
    private static final Evaluation BETTER = model(66, 66, 66, 66, 66, 66, 66);

    private static ModelComparison compared(
            Evaluation champion, Evaluation challenger, long onlyFirst, long onlySecond) {
        return ModelComparison.of(
                champion, challenger, new McNemar(onlyFirst, onlySecond), new PairedDifference(-0.1, 0.01));
    }

    @Test
    void aModelBetterBeyondChanceIsPromoted() {
        Verdict verdict = rule.verdict("night-1", compared(GOOD, BETTER, 30, 72), unspent);

        assertThat(verdict.promoted()).isTrue();
        assertThat(verdict.champion()).isEqualTo("night-1");
        assertThat(verdict.reasons())
                .containsExactly(
                        "66.0 % against the champion's 60.0 %, +6.0 ± 1.4 points, on the same 700 public_test faces (72 "
                                + "only this model gets right, 30 only the champion; McNemar p < 0.0001)");
        assertThat(verdict.comparison().champion().recall()).hasSize(7).allMatch(recall -> recall == 0.6);
        assertThat(verdict.comparison().pValue()).isLessThan(0.05);
        // (102 - 42^2 / 700) / 700^2
        assertThat(verdict.comparison().accuracyError()).isCloseTo(Math.sqrt(99.48) / 700, within(1e-9));
        assertThat(verdict.comparison().lossDifference()).isEqualTo(-0.1);
    }

    @Test
    void aModelBetterByChanceIsRejected() {
        Verdict verdict = rule.verdict("night-1", compared(GOOD, BETTER, 100, 120), unspent);

        assertThat(verdict.promoted()).isFalse();
        assertThat(verdict.reasons())
                .singleElement()
                .asString()
                .endsWith(": no more than chance explains at retrain.significance = 0.05");
    }

    @Test
    void aModelThatIsNotBetterEnoughForWhatIsLeftOfTheYearIsRejected() {
        ModelComparison luckyOnce = compared(GOOD, BETTER, 100, 133);
        assertThat(rule.verdict("night-1", luckyOnce, unspent).promoted()).isTrue();

        FalsePromotionBudget spent = new FalsePromotionBudget(settings(Map.of()));
        spent.spend(Instant.EPOCH, 0.1697);
        Verdict verdict = rule.verdict("night-1", luckyOnce, spent);
        assertThat(verdict.promoted()).isFalse();
        assertThat(verdict.reasons())
                .singleElement()
                .asString()
                .endsWith("; McNemar p = 0.036): no more than chance explains at p = 0.0075, which is what "
                        + "retrain.false-promotions-per-year = 1.0 leaves to this comparison");
        assertThat(verdict.comparison().significance()).isEqualTo(0.0075);
    }

    @Test
    void anEqualModelIsRejected() {
        Verdict verdict = rule.verdict("night-1", compared(GOOD, GOOD, 0, 0), unspent);
        assertThat(verdict.promoted()).isFalse();
        assertThat(verdict.reasons()).singleElement().asString().endsWith("McNemar p = 1.0): not better");
    }

    @Test
    void aSignificantlyWorseModelIsRejected() {
        assertThat(rule.verdict("night-1", compared(BETTER, GOOD, 72, 30), unspent)
                        .reasons())
                .singleElement()
                .asString()
                .endsWith(": not better");
    }

    @Test
    void aModelThatGivesUpAClassIsRejected() {
        Evaluation withoutDisgust = model(80, 40, 80, 80, 80, 80, 80);
        Verdict verdict = rule.verdict("night-1", compared(GOOD, withoutDisgust, 20, 120), unspent);

        assertThat(verdict.promoted()).isFalse();
        assertThat(verdict.reasons())
                .containsExactly("recall of disgust falls from 60.0 % to 40.0 % on 100 faces, by more than "
                        + "retrain.max-recall-drop = 0.15");
    }

    @Test
    void aCollapsedModelIsRejectedWhateverItsAccuracy() {
        ConfusionCounts counts = new ConfusionCounts(Emotion.labels(), 0);
        for (int i = 0; i < 90; i++) {
            add(counts, 3, 3, 0.9f);
        }
        for (int i = 0; i < 10; i++) {
            add(counts, i % 3, i % 3, 0.9f);
        }
        Evaluation collapsed = counts.evaluation("public_test", "model.zip");
        assertThat(collapsed.value(Metric.ACCURACY)).isEqualTo(1);

        assertThat(rule.first(collapsed).reasons())
                .containsExactly("it has collapsed: it calls 90.0 % of all public_test faces happy, more than "
                        + "retrain.max-predicted-share = 0.6");
        assertThat(rule.verdict("night-1", compared(GOOD, collapsed, 0, 50), unspent)
                        .promoted())
                .isFalse();
    }

    @Test
    void aModelWithoutAFiniteLossIsRejected() {
        ConfusionCounts counts = new ConfusionCounts(Emotion.labels(), 0);
        for (int i = 0; i < 100; i++) {
            // All NaN are predicted to be the first class, which here is right.
            add(counts, 0, 0, Float.NaN);
        }
        Evaluation broken = counts.evaluation("public_test", "model.zip");
        assertThat(rule.first(broken).promoted()).isFalse();
        assertThat(rule.verdict("night-1", compared(GOOD, broken, 0, 50), unspent)
                        .reasons())
                .contains("its loss on public_test is NaN");
    }

    @Test
    void theFirstModelMustBeatTheMajorityBaseline() {
        assertThat(rule.first(GOOD))
                .isEqualTo(new Verdict(
                        true,
                        null,
                        List.of("there was no champion, and this model gets 60.0 % "
                                + "of 700 public_test faces right (most frequent class: 14.3 %)"),
                        null));
        assertThat(rule.first(model(14, 14, 14, 14, 14, 14, 14)).reasons())
                .containsExactly("it gets 14.0 % of public_test right, no more than always answering the most frequent "
                        + "class (14.3 %)");
        assertThat(rule(Map.of("retrain.min-recall", "0.1"))
                        .first(model(60, 9, 60, 60, 60, 60, 60))
                        .reasons())
                .containsExactly("recall of disgust is 9.0 %, less than retrain.min-recall = 0.1");
    }
}
