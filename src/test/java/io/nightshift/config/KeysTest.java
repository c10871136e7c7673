package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.FaceSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest extends SettingsTestCase {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.epochs                | 1 | 100000              | 0  | 100001",
                "train.seed                  | 0 | 9223372036854775807 | -1 | -9223372036854775808",
                "train.batch-size-per-worker | 1 | 65536               | 0  | 65537",
                "train.workers               | 1 | 10000               | 0  | 10001",
                "train.threads-per-worker    | 1 | 1024                | 0  | 1025",
                "train.averaging-frequency   | 1 | 1000000             | 0  | 1000001",
                "train.prefetch-batches      | 0 | 1000                | -1 | 1001",
                "train.patience-epochs       | 0 | 100000              | -1 | 100001",
                "evaluate.batch-size         | 1 | 65536               | 0  | 65537",
                "evaluate.mistakes           | 0 | 1000                | -1 | 1001",
                "face.min-side-pixels        | 1 | 100000              | 0  | 100001",
                "face.search-side-pixels     | 64 | 100000             | 63 | 100001",
                "image.max-pixels            | 1 | 2147483646          | 0  | 2147483647",
                "image.max-bytes             | 1 | 2147483646          | 0  | 2147483647",
                "score.images-per-part       | 1 | 1000000             | 0  | 1000001",
                "score.batch-size            | 1 | 65536               | 0  | 65537",
                "score.readers-per-task      | 1 | 256                 | 0  | 257",
                "serve.port                  | 0 | 65535               | -1 | 65536",
                "serve.max-body-bytes        | 1024 | 1073741824       | 1023 | 1073741825",
                "serve.max-images            | 1 | 1000                | 0  | 1001",
                "serve.max-pixels            | 64 | 500000000          | 63 | 500000001",
                "serve.read-seconds          | 1 | 3600                | 0  | 3601",
                "serve.max-connections       | 1 | 100000              | 0  | 100001",
                "serve.max-waiting           | 1 | 100000              | 0  | 100001",
                "serve.batch-size            | 1 | 1024                | 0  | 1025",
                "serve.poll-seconds          | 1 | 30                  | 0  | 31",
                "serve.drain-seconds         | 0 | 25                  | -1 | 26",
                "demo.rows                   | 70 | 10000000           | 69 | 10000001",
                "demo.seed                   | 0 | 9223372036854775807 | -1 | -9223372036854775808"
            })
    void wholeNumbersHaveBounds(String key, String least, String most, String tooLow, String tooHigh) {
        assertThat(set(key, least).resolved()).contains("\n" + key + " = " + least + "\n");
        assertThat(set(key, most).resolved()).contains("\n" + key + " = ").contains(most);
        for (String wrong : List.of(tooLow, tooHigh, "2.5", "99999999999999999999", "many", "", "true")) {
            assertRefusedNaming(
                    () -> set(key, wrong),
                    key + " = " + wrong + " (--set) cannot be used: it must be ",
                    "a whole number",
                    least,
                    "; correct it there, or add --set " + key + "=...");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "train.learning-rate, 1e-9, 1000, 0, 1000.1",
        "data.max-bad-fraction, 0, 1, -0.1, 1.01",
        "train.outer-momentum, 0, 0.99, -0.1, 1",
        "train.outer-learning-rate, 0.1, 10, 0, 10.1",
        "face.min-confidence, 0, 0.99, -0.1, 1",
        "face.margin, -0.4, 2, -0.41, 2.1",
        "watch.smoothing-seconds, 0, 60, -0.1, 60.1"
    })
    void numbersHaveBounds(String key, String least, String most, String tooLow, String tooHigh) {
        set(key, least);
        set(key, most);
        for (String wrong : List.of(tooLow, tooHigh, "NaN", "Infinity", "-1", "much", "")) {
            assertRefusedNaming(
                    () -> set(key, wrong), key + " = " + wrong + " (--set) cannot be used: it must be a number ");
        }
    }

    @Test
    void refusalsSayTheKeyItsValueItsPlaceWhatIsAllowedAndTheRemedy() {
        assertRefused(
                () -> set("train.epochs", "-1"),
                "train.epochs = -1 (--set) cannot be used: it must be a whole "
                        + "number from 1 to 100000; correct it there, or add --set train.epochs=...");
        assertRefused(
                () -> file("train.epochs = 2.5"),
                "train.epochs = 2.5 (" + folder + "/my.conf: 1) cannot be used: it "
                        + "must be a whole number from 1 to 100000; correct it there, or add --set train.epochs=...");
        assertRefused(
                () -> set("train.seed", "x"),
                "train.seed = x (--set) cannot be used: it must be a whole number of "
                        + "at least 0; correct it there, or add --set train.seed=...");
        assertRefused(
                () -> set("train.workers", "all"),
                "train.workers = all (--set) cannot be used: it must be \"auto\" "
                        + "or a whole number from 1 to 10000; correct it there, or add --set train.workers=...");
        assertRefused(
                () -> set("train.learning-rate", "0"),
                "train.learning-rate = 0 (--set) cannot be used: it must be a "
                        + "number greater than 0 and at most 1000; correct it there, or add --set "
                        + "train.learning-rate=...");
        assertRefused(
                () -> set("data.max-bad-fraction", "2"),
                "data.max-bad-fraction = 2 (--set) cannot be used: it must "
                        + "be a number of at least 0 and at most 1; correct it there, or add --set "
                        + "data.max-bad-fraction=...");
        assertRefused(
                () -> set("train.save-updater", "maybe"),
                "train.save-updater = maybe (--set) cannot be used: it "
                        + "must be true or false; correct it there, or add --set train.save-updater=...");
        assertRefused(
                () -> set("train.best-by", "f1"),
                "train.best-by = f1 (--set) cannot be used: it must be auto or last or loss "
                        + "or accuracy; correct it there, or add --set train.best-by=...");
        assertRefused(
                () -> set("evaluate.test-time-augmentation", "TEN_CROP"),
                "evaluate.test-time-augmentation = TEN_CROP (--set) "
                        + "cannot be used: it must be auto or none or flip or ten-crop; correct it there, or add "
                        + "--set evaluate.test-time-augmentation=...");
        assertRefused(
                () -> set("output.uri", " "),
                "output.uri =   (--set) cannot be used: it must be a path or URI; "
                        + "correct it there, or add --set output.uri=...");
        assertRefused(
                () -> SettingsLoader.load(List.of(), Map.of(), Map.of("run.id", "a/b")),
                "run.id = a/b (command "
                        + "line) cannot be used: it must be up to 100 letters, digits, dots, dashes and "
                        + "underscores; correct it there, or add --set run.id=...");
    }

    @Test
    void aChoiceIsOneOfItsNames() {
        assertThat(set("face.detector", "haar").face().detector()).isEqualTo(FaceSettings.Detector.HAAR);
        assertThat(load(Map.of("face.detector", "yunet", "face.model", "yunet.onnx"))
                        .face()
                        .model())
                .isEqualTo("yunet.onnx");
        assertRefused(
                () -> set("face.detector", "eyes"),
                "face.detector = eyes (--set) cannot be used: it must be auto or cascades or haar or yunet or blazeface; "
                        + "correct it there, or add --set face.detector=...");
        assertRefused(
                () -> set("evaluate.test-time-augmentation", "crops"),
                "evaluate.test-time-augmentation = crops (--set) "
                        + "cannot be used: it must be auto or none or flip or ten-crop; correct it "
                        + "there, or add --set evaluate.test-time-augmentation=...");
    }

    @Test
    void aListOrAGroupWhereAValueBelongsIsRefused() {
        for (String wrong : List.of("[1, 2]", "{}", "null")) {
            for (String key : List.of(
                    "train.epochs",
                    "train.workers",
                    "train.learning-rate",
                    "train.save-updater",
                    "data.uri",
                    "log.level")) {
                assertRefusedNaming(() -> file(key + " = " + wrong), key, "my.conf: 1");
            }
        }
        assertRefusedNaming(() -> file("train.workers = [1]"), "\"auto\" or a whole number from 1 to 10000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".hidden", "-x", "a b", "a/b", "ä"})
    void aRunIdThatIsNoPlainNameOfAFolderIsRefused(String id) {
        assertRefusedNaming(() -> set("run.id", id), "run.id = " + id);
    }

    @Test
    void aRunIdMayHave100Characters() {
        assertThat(set("run.id", "2025-01.a_B").run().id()).isEqualTo("2025-01.a_B");
        assertThat(set("run.id", "x".repeat(100)).run().id()).hasSize(100);
        assertRefusedNaming(() -> set("run.id", "x".repeat(101)), "run.id = ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"007", "0", "00", "-0", "20250131", "12345678901234567890", "1e3", "true"})
    void aNameOfDigitsStaysAsItWasGiven(String name) {
        assertThat(SettingsLoader.load(List.of(), Map.of(), Map.of("output.uri", name))
                        .output()
                        .uri())
                .isEqualTo(name);
    }

    @Test
    void aSecretOfTheWrongTypeIsNotShown() {
        assertRefusedNaming(
                () -> file("serve.token = [hunter2]"), "serve.token = (hidden) (", "cannot be used: it must be a text");
    }
}
