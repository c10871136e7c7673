package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.DataSettings;
import io.nightshift.config.settings.EvaluateSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.config.settings.TrainSettings.ClassWeights;
import io.nightshift.config.settings.TrainSettings.LearningRateScaling;
import io.nightshift.config.settings.TrainSettings.Optimiser;
import io.nightshift.config.settings.TrainSettings.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest extends SettingsTestCase {
    @Test
    void theDefaultsAreThoseOfReferenceConf() {
        Settings settings = set("data.uri", "faces.csv");
        assertThat(settings.data())
                .isEqualTo(new DataSettings(
                        "faces.csv",
                        0.01,
                        8,
                        false,
                        List.of(),
                        0,
                        "emotion",
                        "pixels",
                        "Usage",
                        List.of(),
                        new DataSettings.Division(false, "nightshift", 0.1, 0.1),
                        new DataSettings.Votes("", "ignore", "drop", "drop")));
        assertThat(settings.output()).isEqualTo(new Settings.Output("out"));
        assertThat(settings.run()).isEqualTo(new Settings.Run("", false, false));
        assertThat(settings.model()).isEqualTo(new Settings.Model("blog-cnn"));
        assertThat(settings.train()).isEqualTo(train(20, 0, 64, 0));
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
                1,
                new TrainSettings.Optimisation(
                        Optimiser.ADAM, 0.0005, Schedule.CONSTANT, 0, LearningRateScaling.CONSTANT),
                new TrainSettings.Regularisation(0, 0, ClassWeights.NONE, 0),
                new TrainSettings.Distillation("", 0.5, 1),
                new TrainSettings.Curriculum(List.of(), 0),
                new TrainSettings.Workers(workers, 0, 0, batchSizePerWorker, 2),
                new TrainSettings.Averaging(averagingFrequency, true, 0, 1),
                new TrainSettings.Stopping(BestBy.LOSS, 5, 10, 0),
                TrainSettings.Precision.FLOAT32,
                false,
                true,
                false);
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
                        + "/my.conf: 2) is no known key; the nearest is train.learning-rate; all are in "
                        + "reference.conf");
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

    @Test
    void ofSparksPropertiesOneMayBeginWithAnother() {
        Map<String, String> sets = new LinkedHashMap<>();
        sets.put("spark.authenticate.secret", "x");
        sets.put("spark.authenticate", "true");
        sets.put("spark.hadoop.fs.s3a.endpoint", "http://a:1");
        sets.put("spark.hadoop.fs.s3a.endpoint.region", "eu");
        Settings settings = load(sets);
        assertThat(settings.spark()).containsAllEntriesOf(sets);
        assertThat(settings.resolved())
                .contains(
                        "spark.authenticate = true\n",
                        "spark.hadoop.fs.s3a.endpoint = \"http://a:1\"\n",
                        "spark.\"hadoop.fs.s3a.endpoint.region\" = \"eu\"\n");
        // Feeding it back repeats the run.
        assertThat(file(settings.resolved()).spark())
                .containsEntry("spark.authenticate", "true")
                .containsEntry("spark.hadoop.fs.s3a.endpoint", "http://a:1")
                .containsEntry("spark.hadoop.fs.s3a.endpoint.region", "eu");
        assertThat(load(settings.assignments()).spark())
                .containsEntry("spark.hadoop.fs.s3a.endpoint.region", "eu")
                .containsEntry("spark.hadoop.fs.s3a.endpoint", "http://a:1");
    }

    @Test
    void theStrongestLayerWinsWhereverItsPropertyWasWritten() {
        Path base =
                written("base.conf", "spark { authenticate = true, \"a.b\" = file, a.b.c = ${spark.a.x}1, a.x = 0 }");
        Path more = written("more.conf", "spark { authenticate { secret = x, mode = m }, gone = 1 }");
        Path last = written("last.conf", "spark { authenticate.mode = null, a.b.c = ${spark.a.x}2, gone = null }");
        Map<String, String> spark = SettingsLoader.load(
                        List.of(base, more, last), Map.of("spark.a.b", "set"), Map.of("spark.authenticate", "false"))
                .spark();
        assertThat(spark)
                .containsEntry("spark.authenticate", "false")
                .containsEntry("spark.authenticate.secret", "x")
                .containsEntry("spark.a.b", "set")
                .containsEntry("spark.a.b.c", "02")
                .doesNotContainKeys("spark.authenticate.mode", "spark.gone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.authenticate = true, spark.authenticate.secret = x",
                "spark { authenticate = true\n authenticate { secret = ${HOME} } }",
                "spark { authenticate = ${NO}a\n authenticate.secret = ${?HOME} }",
                "spark.authenticate.secret = x\nspark.authenticate = true",
                "spark { authenticate { // the key\n secret = x } }\nspark { authenticate = ${HOME} }"
            })
    void aFileThatHidesAPropertyIsRefused(String hocon) {
        String reason =
                "spark.authenticate has a value, and so has a key below it, of which HOCON keeps only the last; "
                        + "write the longer one with quotes: spark { authenticate = ..., \"authenticate.KEY\" = ... }";
        assertRefused(() -> file(hocon), "--conf " + folder + "/my.conf: " + reason);
        written("part.conf", hocon);
        assertRefused(
                () -> file("include \"part\""),
                "--conf " + folder + "/my.conf: it includes " + folder + "/part.conf: " + reason);
    }

    @Test
    void aFileThatHidesNoPropertyIsTaken() {
        assertThat(file("spark.v = {secret = y}, spark.x = ${spark.v}, spark.x.b = 1, spark { y = 1, y = 2 } # y.z\n"
                                + "spark.\"y.z\" = 3, spark.w = ${spark.v.secret}-${spark.v.secret}")
                        .spark())
                .containsEntry("spark.x.secret", "y")
                .containsEntry("spark.x.b", "1")
                .containsEntry("spark.y", "2")
                .containsEntry("spark.y.z", "3");
        Path merged = written("merged.conf", "spark { v { secret = y }, x = ${spark.v}, x.b = 1 }");
        assertRefused(
                () -> SettingsLoader.load(List.of(merged), Map.of("spark.x", "1"), Map.of()),
                "spark.x cannot be taken from a substitution and be merged with others, because another key has a value"
                        + " there; write out what it is to hold");
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
    void everyRecipeOfTheProjectIsInTheJar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("conf/recipes"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".conf", "")))
                    .containsExactlyInAnyOrderElementsOf(SettingsLoader.RECIPES);
        }
        for (String recipe : SettingsLoader.RECIPES) {
            assertThat(SettingsLoader.ofRecipe(recipe, Map.of("data.uri", "faces"))
                            .resolved())
                    .isEqualTo(SettingsLoader.load(
                                    List.of(Path.of("conf/recipes", recipe + ".conf")),
                                    Map.of("data.uri", "faces"),
                                    Map.of())
                            .resolved());
        }
        assertRefusedNaming(
                () -> SettingsLoader.ofRecipe("soup", Map.of()),
                "there is no recipe soup; choose blog, blog-tuned, compact, deep, night, quick, or none");
    }

    @Test
    void sharesThatLeaveNothingForTrainingAreRefusedAndSoAreBinsThatDoNotAscend() {
        assertRefusedNaming(
                () -> load(Map.of("data.validation-share", "0.5", "data.test-share", "0.5")),
                "data.validation-share = 0.5 and data.test-share = 0.5 leave next to nothing for training");
        assertRefusedNaming(
                () -> set("data.label-bins", "0,20,13"),
                "data.label-bins = 0,20,13 (--set) cannot be used: it must be 2 to 100 ascending whole numbers from 0 on");
        assertRefusedNaming(() -> set("data.split-column", "a,b"), "it must be the name of a column");
        assertThat(set("data.label-bins", "0, 13,20").data().labelBins()).containsExactly(0, 13, 20);
        assertThat(set("data.image-side-pixels", "auto").data().imageSide()).isZero();
    }

    /** A schedule that ends at 0 has its best weights at the end; patience has a best epoch. */
    @Test
    void theLastEpochIsTheModelUnlessTrainingMayStopEarlier() {
        assertThat(bestBy(Map.of())).isEqualTo(BestBy.LOSS);
        assertThat(bestBy(Map.of("train.patience-epochs", "0"))).isEqualTo(BestBy.LAST);
        assertThat(bestBy(Map.of("train.patience-epochs", "0", "train.best-by", "accuracy")))
                .isEqualTo(BestBy.ACCURACY);
        for (String recipe : SettingsLoader.RECIPES) {
            assertThat(SettingsLoader.ofRecipe(recipe, Map.of("data.uri", "faces"))
                            .train()
                            .stopping()
                            .bestBy())
                    .as(recipe)
                    .isEqualTo(recipe.equals("blog") ? BestBy.ACCURACY : BestBy.LAST);
        }
        assertRefused(
                () -> bestBy(Map.of("train.best-by", "last")),
                "train.best-by = last cannot be used with train.patience-epochs = 5: a training that stops when it gets "
                        + "no better would keep an epoch that is no better; set train.patience-epochs = 0, or "
                        + "train.best-by = loss or accuracy");
    }

    @Test
    void aRefittedModelHasNoRowsToStopOrToChooseBy() {
        for (Map<String, String> choosing : List.of(
                Map.of("train.refit", "true"),
                Map.of("train.refit", "true", "train.patience-epochs", "0", "train.best-by", "loss"))) {
            assertRefused(
                    () -> bestBy(choosing),
                    "train.refit = true trains on public_test too, so no rows are left to stop training or to choose an "
                            + "epoch by: set train.patience-epochs = 0 and train.best-by = last, and train.epochs to those "
                            + "of the model that the recipe gave before");
        }
        assertThat(SettingsLoader.load(List.of(), Map.of("train.refit", "true", "train.patience-epochs", "0"), Map.of())
                        .train()
                        .ofMember(1)
                        .refit())
                .isTrue();
    }

    private static BestBy bestBy(Map<String, String> keys) {
        return SettingsLoader.load(List.of(), keys, Map.of()).train().stopping().bestBy();
    }
}
