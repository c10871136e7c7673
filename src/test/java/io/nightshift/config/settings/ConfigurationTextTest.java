package io.nightshift.config.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.SettingsTestCase;
import io.nightshift.config.loading.SettingsLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTextTest extends SettingsTestCase {
    @Test
    void secretsAreNotInWhatIsKept() {
        List<String> secret = List.of(
                "spark.hadoop.fs.s3a.secret.key",
                "spark.hadoop.fs.s3a.access.key",
                "spark.hadoop.fs.s3a.bucket.faces.secret.key",
                "spark.hadoop.fs.s3a.bucket.faces.access.key",
                "spark.ssl.keyPassword",
                "spark.hadoop.fs.s3a.session.token",
                "spark.authenticate.secret",
                "spark.hadoop.fs.azure.account.key.mine.blob.core.windows.net",
                "spark.hadoop.fs.gs.auth.service.account.private.key",
                "spark.hadoop.fs.s3a.encryption.key");
        for (String key : secret) {
            Settings settings = load(Map.of(key, "hunter2", "spark.executor.memory", "3g"));
            assertThat(settings.spark()).containsEntry(key, "hunter2");
            assertThat(settings.resolved())
                    .doesNotContain("hunter2")
                    .startsWith("# Left out, because secret: " + key + "\n")
                    .contains("spark.executor.memory = \"3g\"\n");
        }
    }

    @Test
    void whoGivesCredentialsIsNoSecret() {
        assertThat(load(Map.of()).resolved())
                .contains("fs.s3a.aws.credentials.provider = ")
                .doesNotContain("Left out");
    }

    @Test
    void aPasswordInAUriIsRefusedAndNotRepeated() {
        for (String key : List.of("data.uri", "output.uri", "spark.hadoop.fs.s3a.endpoint")) {
            assertRefused(
                    () -> set(key, "s3a://me:hunter2@faces/out"),
                    key + " holds a name and a password before its @, "
                            + "which logs and reports would show; leave them out, and set AWS_ACCESS_KEY_ID and "
                            + "AWS_SECRET_ACCESS_KEY instead");
        }
        assertRefused(
                () -> set("spark.secret..key", "hunter2"),
                "--set spark.secret..key=...: the key is malformed; write " + "it as in --set train.epochs=3");
    }

    @Test
    void whatIsKeptRepeatsTheSettings() {
        Settings settings = SettingsLoader.load(
                List.of(written(
                        "my.conf", "data.uri = \"/a \\\"b\\\" #c\\\\\", train.learning-rate = 1e-5, spark.x-y.z = 5g")),
                Map.of(
                        "train.best-by",
                        "accuracy",
                        "train.workers",
                        "3",
                        "spark.hadoop.a",
                        "007",
                        "output.uri",
                        "0123"),
                Map.of());
        assertThat(file(settings.resolved())).isEqualTo(settings);
        Settings demo = load(Map.of());
        assertThat(file(demo.resolved())).isEqualTo(demo);
        Settings drawn = demo.withDataUri("out/demo/faces.csv");
        assertThat(file(drawn.resolved())).isEqualTo(drawn);
    }

    @Test
    void whatIsKeptSaysNotWhichRunItWas() {
        assertThat(load(Map.of("run.id", "one", "run.resume", "true")).resolved())
                .doesNotContain("run.");
    }

    @Test
    void thePlaceOfDrawnDataMayHoldAnyCharacter() {
        Settings settings = load(Map.of()).withDataUri("/a \"b\" \\c $1/faces.csv");
        assertThat(file(settings.resolved())).isEqualTo(settings);
    }

    /** A retraining trains again where lines differ: an upgrade alone must not make it. */
    @Test
    void aConfigurationOfAnEarlierVersionGivesTheSameTraining() {
        Settings now = load(Map.of());
        String before = now.resolved()
                .replace("train.best-by = \"auto\"", "train.best-by = \"loss\"")
                .replaceAll("train.teacher = .*\n", "");

        assertThat(before).isNotEqualTo(now.resolved()).doesNotContain("train.teacher =");
        assertThat(ConfigurationText.trainingKeys(before)).isEqualTo(ConfigurationText.trainingKeys(now.resolved()));
        assertThat(ConfigurationText.trainingKeys(before.replace("\"loss\"", "\"accuracy\"")))
                .isNotEqualTo(ConfigurationText.trainingKeys(now.resolved()));
    }

    /** What rows mean is a part of what a model depends on; where they lie is not. */
    @Test
    void aModelDependsOnWhatTheDataMeans() {
        String before = load(Map.of()).resolved();
        for (String[] change : new String[][] {
            {"data.label-column", "age"},
            {"data.label-bins", "0,20"},
            {"data.pixels-column", "image"},
            {"data.split", "hash"},
            {"data.split-column", "set"},
            {"data.split-salt", "another"},
            {"data.validation-share", "0.2"},
            {"data.test-share", "0.2"},
            {"data.votes-contempt", "drop"}
        }) {
            assertThat(ConfigurationText.trainingKeys(
                            load(Map.of(change[0], change[1])).resolved()))
                    .as(change[0])
                    .isNotEqualTo(ConfigurationText.trainingKeys(before));
        }
        assertThat(ConfigurationText.trainingKeys(
                        load(Map.of()).withDataUri("b.csv").resolved()))
                .isEqualTo(ConfigurationText.trainingKeys(before));
    }
}
