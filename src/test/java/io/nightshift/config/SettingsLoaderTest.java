package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.TrainSettings.BestBy;
import io.nightshift.config.TrainSettings.ClassWeights;
import io.nightshift.config.TrainSettings.LearningRateScaling;
import io.nightshift.config.TrainSettings.Optimiser;
import io.nightshift.config.TrainSettings.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
    @TempDir
    private Path folder;

    private static Settings load(Map<String, String> sets) {
        return SettingsLoader.load(List.of(), sets, Map.of());
    }

    private static Settings set(String key, String value) {
        return load(Map.of(key, value));
    }

    private Settings file(String hocon) {
        return SettingsLoader.load(List.of(written("my.conf", hocon)), Map.of(), Map.of());
    }

    private Path written(String name, String hocon) {
        try {
            return Files.writeString(folder.resolve(name), hocon);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(Runnable loading, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(loading::run)
                .withMessage(message);
    }

    /** One line that holds all of these. */
    private static void assertRefusedNaming(Runnable loading, String... parts) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(loading::run)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").contains(parts));
    }

    @Test
    void theDefaultsAreThoseOfReferenceConf() {
        Settings settings = set("data.uri", "faces.csv");
        assertThat(settings.data()).isEqualTo(new DataSettings("faces.csv", 0.01, 8, false, List.of(), 48));
        assertThat(settings.output()).isEqualTo(new Settings.Output("out"));
        assertThat(settings.run()).isEqualTo(new Settings.Run("", false, false));
        assertThat(settings.model()).isEqualTo(new Settings.Model("blog-cnn"));
        assertThat(settings.train()).isEqualTo(train(20, 0, 64, 10));
        assertThat(settings.evaluate()).isEqualTo(new EvaluateSettings(256, 24, Optional.empty()));
        assertThat(settings.log()).isEqualTo(new Settings.Log("info", "error"));
        assertThat(settings.master()).isEqualTo("local[*]");
        assertThat(settings.spark())
                .containsEntry("spark.app.name", "nightshift")
                .containsEntry("spark.ui.enabled", "false");
    }

    private static TrainSettings train(int epochs, int workers, int batchSizePerWorker, int averagingFrequency) {
        return new TrainSettings(
                epochs,
                1,
                new TrainSettings.Optimisation(
                        Optimiser.ADAM, 0.0005, Schedule.CONSTANT, 0, LearningRateScaling.CONSTANT),
                new TrainSettings.Regularisation(0, 0, ClassWeights.NONE, 0),
                new TrainSettings.Workers(workers, 0, 0, batchSizePerWorker, 2),
                new TrainSettings.Averaging(averagingFrequency, true, 0, 0, 1),
                new TrainSettings.Stopping(BestBy.LOSS, 5, 10, 0),
                true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void theDemoSettingsHoldOnlyWhereNoDataIsNamed(String uri) {
        assertThat(set("data.uri", uri).data().isDemo()).isTrue();
        assertThat(set("data.uri", uri).train().workers().batchSizePerWorker()).isEqualTo(16);
        assertThat(set("train.epochs", "3").train()).isEqualTo(train(3, 2, 16, 2));
        assertThat(set("data.uri", "faces.csv").data().isDemo()).isFalse();
    }

    @Test
    void laterFilesWinOverEarlierOnesThenSetThenTheCommandsOptions() {
        List<Path> files = List.of(
                written(
                        "first.conf",
                        "data.uri = first, output.uri = first, train { epochs = 1, seed = 1, workers = 1 }"),
                written("second.conf", "data.uri = second, output.uri = second, train { epochs = 2, seed = 2 }"));
        Settings settings = SettingsLoader.load(
                files, Map.of("train.epochs", "3", "output.uri", "third"), Map.of("output.uri", "fourth"));
        assertThat(settings.output().uri()).isEqualTo("fourth");
        assertThat(settings.train().epochs()).isEqualTo(3);
        assertThat(settings.data().uri()).isEqualTo("second");
        assertThat(settings.train().seed()).isEqualTo(2);
        assertThat(settings.train().workers().count()).isEqualTo(1);
        assertThat(settings.train().workers().batchSizePerWorker()).isEqualTo(64);
    }

    @Test
    void anUnknownKeyNamesItsPlaceAndTheNearestOne() {
        assertRefused(
                () -> set("train.epoch", "3"),
                "train.epoch (--set) is no known key; the nearest is train.epochs; all are in reference.conf");
        assertRefused(
                () -> file("\ntrain { learning_rate = 0.1 }"),
                "train.learning_rate (" + folder
                        + "/my.conf: 2) is no known key; the nearest is train.learning-rate; all are in reference.conf");
        assertRefusedNaming(() -> set("epochs", "3"), "epochs (--set) is no known key");
        assertRefusedNaming(() -> set("spar.master", "local"), "spar.master", "the nearest is spark.master");
        assertRefusedNaming(() -> file("train = 3"), "train (", "is no known key");
        assertRefusedNaming(() -> file("train.epochs.most = 3"), "train.epochs.most (", "the nearest is train.epochs;");
    }

    @Test
    void everythingUnderSparkIsSparks() {
        Settings settings =
                file("spark { executor.memory = 4g, hadoop.fs.s3a.endpoint = \"http://x:1\", sql.x-y = 1.5 }");
        assertThat(settings.spark())
                .containsEntry("spark.executor.memory", "4g")
                .containsEntry("spark.hadoop.fs.s3a.endpoint", "http://x:1")
                .containsEntry("spark.sql.x-y", "1.5");
    }

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
                "train.aggregation-depth     | 1 | 10                  | 0  | 11",
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
                        + "number greater than 0 and at most 1000; correct it there, or add --set train.learning-rate=...");
        assertRefused(
                () -> set("data.max-bad-fraction", "2"),
                "data.max-bad-fraction = 2 (--set) cannot be used: it must "
                        + "be a number of at least 0 and at most 1; correct it there, or add --set data.max-bad-fraction=...");
        assertRefused(
                () -> set("train.save-updater", "maybe"),
                "train.save-updater = maybe (--set) cannot be used: it "
                        + "must be true or false; correct it there, or add --set train.save-updater=...");
        assertRefused(
                () -> set("train.best-by", "f1"),
                "train.best-by = f1 (--set) cannot be used: it must be loss or "
                        + "accuracy; correct it there, or add --set train.best-by=...");
        assertRefused(
                () -> set("evaluate.test-time-augmentation", "TEN_CROP"),
                "evaluate.test-time-augmentation = TEN_CROP (--set) "
                        + "cannot be used: it must be auto or none or flip or ten-crop; correct it there, or add --set "
                        + "evaluate.test-time-augmentation=...");
        assertRefused(
                () -> set("output.uri", " "),
                "output.uri =   (--set) cannot be used: it must be a path or URI; "
                        + "correct it there, or add --set output.uri=...");
        assertRefused(
                () -> SettingsLoader.load(List.of(), Map.of(), Map.of("run.id", "a/b")),
                "run.id = a/b (command "
                        + "line) cannot be used: it must be up to 100 letters, digits, dots, dashes and underscores; correct it "
                        + "there, or add --set run.id=...");
    }

    @Test
    void aRenamedKeyGoesOnWorkingWithANote() {
        List<String> notes = new ArrayList<>();
        Path file = written(
                "old.conf",
                "data.uri = faces.csv\ndata { image-side = 24, duplicate-distance = ${train.prefetch-batches} }");
        Settings settings = SettingsLoader.load(List.of(file), Map.of(), Map.of(), notes::add);
        assertThat(settings.data().imageSide()).isEqualTo(24);
        assertThat(settings.data().duplicateDistance()).isEqualTo(2);
        assertThat(settings.resolved())
                .contains("\ndata.image-side-pixels = 24\n")
                .doesNotContain("image-side =");
        assertThat(notes)
                .containsExactlyInAnyOrder(
                        "data.image-side (" + file + ": 2) is now called data.image-side-pixels",
                        "data.duplicate-distance (" + file + ": 2) is now called data.duplicate-distance-bits");
    }

    @Test
    void aStrongerLayerWinsWhicheverNameItUses() {
        Path file = written("new.conf", "data.image-side-pixels = 24");
        assertThat(SettingsLoader.load(List.of(file), Map.of("data.image-side", "32"), Map.of())
                        .data()
                        .imageSide())
                .isEqualTo(32);
        file = written("old.conf", "data.image-side = 24");
        assertThat(SettingsLoader.load(List.of(file), Map.of("data.image-side-pixels", "32"), Map.of())
                        .data()
                        .imageSide())
                .isEqualTo(32);
    }

    @Test
    void aWrongValueOfARenamedKeyIsRefusedUnderItsNewName() {
        assertRefusedNaming(() -> set("data.image-side", "2"), "data.image-side-pixels = 2 (--set) cannot be used");
    }

    @Test
    void aRemovedKeyIsAcceptedWithItsFormerDefaultAndElseRefusedWithTheReason() {
        List<String> notes = new ArrayList<>();
        SettingsLoader.load(List.of(), Map.of("train.approach", "direct"), Map.of(), notes::add);
        assertThat(notes).containsExactly("train.approach (--set) is gone and does nothing: leave it out");
        assertRefused(
                () -> set("train.approach", "export"),
                "train.approach (--set) is gone: dl4j-spark's other way to its data, export, froze the minibatches over "
                        + "all epochs; leave it out");
    }

    @Test
    void theKeysThatAModelDependsOnAreComparedUnderTheirNamesOfToday() {
        String now = set("data.uri", "faces.csv").resolved();
        String before = now.replace("data.image-side-pixels", "data.image-side") + "train.approach = \"direct\"\n";
        assertThat(ConfigurationText.trainingKeys(before)).isEqualTo(ConfigurationText.trainingKeys(now));
        assertThat(ConfigurationText.trainingKeys(now))
                .contains("train.epochs = 20", "data.image-side-pixels = 48")
                .doesNotContain("data.uri = \"faces.csv\"");
    }

    @Test
    void aDetectorThatNeedsAModelIsRefusedWithoutOne() {
        assertThat(set("face.detector", "haar").face().detector()).isEqualTo(FaceSettings.Detector.HAAR);
        assertThat(load(Map.of("face.detector", "yunet", "face.model", "yunet.onnx"))
                        .face()
                        .model())
                .isEqualTo("yunet.onnx");
        assertRefused(
                () -> set("face.detector", "yunet"),
                "face.detector = yunet needs face.model, the detector's ONNX file; "
                        + "name it with --set face.model=FILE, or take --set face.detector=haar, which needs none");
        assertRefused(
                () -> set("face.detector", "eyes"),
                "face.detector = eyes (--set) cannot be used: it must be haar or yunet; "
                        + "correct it there, or add --set face.detector=...");
        assertRefused(
                () -> set("evaluate.test-time-augmentation", "crops"),
                "evaluate.test-time-augmentation = crops (--set) "
                        + "cannot be used: it must be auto or none or flip or ten-crop; correct it there, or add --set evaluate.test-time-augmentation=...");
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
    void aMissingFileIsNamed() {
        assertRefused(
                () -> SettingsLoader.load(List.of(Path.of("missing.conf")), Map.of(), Map.of()),
                "--conf missing.conf: there is no such file; name a configuration file, such as conf/local.conf");
        assertRefused(
                () -> SettingsLoader.load(List.of(folder), Map.of(), Map.of()),
                "--conf " + folder + ": cannot be read as a file; name a configuration file, such as conf/local.conf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"train { epochs = 3", "train = }", "= 3", "train.epochs = \"3", "a..b = 1", "train.epochs = ${x"
            })
    void aSyntaxErrorSaysWhere(String hocon) {
        assertRefusedNaming(() -> file(hocon), "--conf " + folder + "/my.conf: ", "; correct the syntax (HOCON) there");
    }

    @Test
    void substitutionsAreResolved() {
        Settings settings = file("data.uri = ${HOME}/faces.csv\n" + "output.uri = ${data.uri}.out");
        assertThat(settings.data().uri()).isEqualTo(System.getenv("HOME") + "/faces.csv");
        assertThat(settings.output().uri()).isEqualTo(System.getenv("HOME") + "/faces.csv.out");
        assertThat(file("train.seed = ${train.epochs}").train().seed()).isEqualTo(10);
    }

    @Test
    void aSubstitutionThatLeadsNowhereIsNamed() {
        assertRefusedNaming(() -> file("data.uri = ${NOWHERE_AT_ALL}/faces.csv"), "my.conf: 1", "${NOWHERE_AT_ALL}");
        assertRefusedNaming(
                () -> file("train { epochs = 1 }\ntrain = ${NOWHERE_AT_ALL}"), "my.conf: 2", "NOWHERE_AT_ALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "train.", ".train", "a..b", "train.epochs[0]", "\"train", "${x}", "train epochs:"})
    void aMalformedKeyIsRefused(String key) {
        assertRefused(
                () -> set(key, "3"), "--set " + key + "=3: the key is malformed; write it as in --set train.epochs=3");
    }

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
}
