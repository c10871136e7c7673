package io.nightshift.retraining;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.RetrainSettings;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Emotion;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.EvaluatedModel;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.run.Manifest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataChangeTest {
    private static final RetrainSettings.DataLimits MOST = SettingsLoader.load(
                    List.of(), Map.of(), Map.of("data.uri", "faces.csv"))
            .retrain()
            .data();
    private static final Manifest.Data THEN =
            data(1_000, 100, 5, List.of(150L, 20L, 150L, 250L, 150L, 130L, 150L), 0.5, 0.25);

    private static Manifest.Data data(
            long training, long test, long rejected, List<Long> classes, double mean, double deviation) {
        return new Manifest.Data(
                "faces.csv",
                1,
                "ab",
                new Manifest.Rows(training + test + rejected, training + test, rejected),
                Map.of("training", training, "public_test", test),
                Map.of(),
                Map.of("training", classes),
                mean,
                deviation,
                null);
    }

    private static Manifest champion(Manifest.Data data) {
        return Manifest.builder()
                .runId("monday")
                .command("retrain")
                .state(Manifest.State.SUCCEEDED, null)
                .data(data)
                .training(new Manifest.Training(5, 4, BestBy.LOSS, 1.0, 0.6, null, null))
                .build();
    }

    private static Evaluation accuracy(double accuracy) {
        return new Evaluation(
                "public_test",
                EvaluatedModel.at("model.zip"),
                100,
                Map.of(Metric.ACCURACY, accuracy),
                Map.of(),
                Emotion.labels().stream()
                        .map(name -> new ClassMetrics(name, 10, 10, 0.5, 0.5, 0.5))
                        .toList(),
                new long[7][7],
                List.of(),
                1);
    }

    private static void refused(Manifest.Data now, double accuracy, String... deviations) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> DataChange.require(champion(THEN), now, accuracy(accuracy), MOST))
                .withMessage("faces.csv differs from the data of the champion monday: " + String.join("; ", deviations)
                        + "; if it is right all the same, raise these keys for one run with --set");
    }

    @Test
    void smallChangesPass() {
        assertThatCode(() -> DataChange.require(
                        champion(THEN),
                        data(1_300, 90, 3, List.of(190L, 40L, 190L, 325L, 190L, 175L, 190L), 0.52, 0.24),
                        accuracy(0.55),
                        MOST))
                .doesNotThrowAnyException();
    }

    @Test
    void everyDeviationIsNamed() {
        refused(
                data(500, 100, 5, List.of(75L, 0L, 75L, 200L, 75L, 0L, 75L), 0.4, 0.15),
                0.3,
                "training has 500 rows, 1000 before (retrain.data.max-rows-lost = 0.2)",
                "training has no disgust rows any more, 20 before",
                "40.0 % of training are happy, 25.0 % before (retrain.data.max-class-share-change = 0.05)",
                "training has no surprise rows any more, 130 before",
                "the mean of all pixels is 0.400, 0.500 before (retrain.data.max-pixel-mean-change = 0.05)",
                "the standard deviation of all pixels is 0.150, 0.250 before "
                        + "(retrain.data.max-pixel-deviation-change = 0.05)",
                "the champion itself gets 30.0 % of public_test right, 60.0 % before, so labels may be wrong "
                        + "(retrain.data.max-accuracy-drop = 0.1)");
    }

    @Test
    void moreRowsAndMoreRejectedRowsAreDeviations() {
        refused(
                data(6_000, 100, 100, List.of(900L, 120L, 900L, 1_500L, 900L, 780L, 900L), 0.5, 0.25),
                0.6,
                "training has 6000 rows, 1000 before (retrain.data.max-rows-gained = 4.0)",
                "1.61 % of the rows are rejected, 0.45 % before (retrain.data.max-rejected-share-change = 0.005)");
    }

    @Test
    void aChampionOfAnEarlierVersionIsComparedByWhatItHas() {
        Manifest.Data old =
                new Manifest.Data("faces.csv", 1, "ab", THEN.rows(), THEN.usedBySplit(), Map.of(), null, 0, 0, null);
        assertThatCode(() -> DataChange.require(champion(old), THEN, accuracy(0.6), MOST))
                .doesNotThrowAnyException();
    }
}
