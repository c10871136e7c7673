package io.nightshift.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.SparkFixture;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.dataset.Split;
import io.nightshift.engine.Network;
import io.nightshift.job.context.JobProgress;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.run.Manifest;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.Json;
import io.nightshift.store.Storage;
import io.nightshift.tuning.SearchStatus;
import io.nightshift.tuning.TrialResult;
import io.nightshift.tuning.TuningProgress;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tunes a network of one layer on drawn patterns, on the Spark of all tests. */
class TuneJobTest {
    private static final JobProgress SILENCE = (JobProgress) Proxy.newProxyInstance(
            JobProgress.class.getClassLoader(), new Class<?>[] {JobProgress.class}, (proxy, method, values) -> null);

    @TempDir
    private static Path folder;

    @TempDir
    private Path output;

    private final List<String> ended = new ArrayList<>();

    @BeforeAll
    static void draw() throws IOException {
        PatternFaces.of(1, 20, 6).write(folder.resolve("faces.csv"));
        Files.write(
                folder.resolve("start.zip"),
                TrainedModel.of(Network.of(SmallNetwork.ofOneLayer()), ModelCard.ofFer2013("one-layer"))
                        .bytes());
        Files.writeString(folder.resolve("space.conf"), """
                train.learning-rate { from = 0.00001, to = 0.01, scale = log }
                augment.shift-pixels { values = [0, 2], rung = top }
                """);
    }

    private Settings settings(String... assignments) {
        Map<String, String> sets = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of(
                                "data.uri=" + folder.resolve("faces.csv"),
                                "output.uri=" + output,
                                "run.id=one",
                                "spark.master=local[2]",
                                "transfer.from=" + folder.resolve("start.zip"),
                                "train.learning-rate=0.000001",
                                "train.batch-size=16",
                                "train.epochs=4",
                                "train.workers=1",
                                "tune.space=" + folder.resolve("space.conf"),
                                "tune.trials=6",
                                "tune.rungs=2",
                                "tune.budget-epochs=30"),
                        Stream.of(assignments))
                .map(assignment -> assignment.split("=", 2))
                .forEach(parts -> sets.put(parts[0], parts[1]));
        return SettingsLoader.load(List.of(), sets, Map.of());
    }

    private TuneJob.Result tune(String... assignments) {
        return new TuneJob(settings(assignments), SILENCE, new TuningProgress() {
                    @Override
                    public void searching(SearchStatus status, Optional<TrialResult> result) {
                        result.ifPresent(one -> ended.add(one.fileName()));
                    }

                    @Override
                    public void comparing(int done, int all, Optional<TrialResult> result) {
                        result.ifPresent(one -> ended.add(one.fileName()));
                    }
                })
                .run(SparkFixture.spark());
    }

    private Run run(String id) {
        Runs runs = new Runs(new Storage(new Configuration()), output.toString());
        return runs.of(runs.manifest(id).orElseThrow());
    }

    private static String withoutTimes(byte[] trials) {
        return new String(trials, StandardCharsets.UTF_8).replaceAll("\"seconds\" : [0-9.E-]+", "");
    }

    /** The recipe's learning rate is far too low, so that some trial must be better. */
    @Test
    void aBetterRecipeIsFoundMeasuredAndWrittenAndAKilledSearchGoesOn() throws IOException {
        TuneJob.Result result = tune();

        assertThat(ended)
                .hasSize(14)
                .startsWith("rung-1-trial-0000.json", "rung-1-trial-0001.json")
                .filteredOn(name -> name.startsWith("final"))
                .hasSize(6);
        assertThat(result.outcome().comparison().ahead()).isTrue();
        assertThat(result.outcome().comparison().rows()).isEqualTo(42);
        assertThat(result.outcome().verdict()).startsWith("The winner is ahead of the recipe by ");
        Manifest manifest = run("one").manifest();
        assertThat(manifest.state()).isEqualTo(Manifest.State.SUCCEEDED);
        assertThat(manifest.command()).isEqualTo("tune");
        Path files = output.resolve("runs/one");
        assertThat(Files.readString(files.resolve("report.html")))
                .contains("<svg class=\"coordinates\"", "<h1>The winner is ahead of the recipe by ")
                .as("the first seed of the last trainings: not the search's, which is 1")
                .containsPattern("The final two(?:(?!scope=\"row\")[\\s\\S])*scope=\"row\">2<");
        assertThat(Files.readString(files.resolve("trials.csv")).lines())
                .hasSize(1 + 8)
                .first()
                .isEqualTo("trial,rung,epochs,compute,seconds,loss,accuracy,temperature,train.learning-rate,"
                        + "augment.shift-pixels");
        Settings recipe = SettingsLoader.load(
                List.of(files.resolve("recipe.conf")),
                Map.of("data.uri", folder.resolve("faces.csv").toString()),
                Map.of());
        assertThat(recipe.value("train.learning-rate"))
                .isEqualTo(String.valueOf(
                        Double.parseDouble(result.outcome().winner().values().get("train.learning-rate"))));
        assertThat(recipe.train().epochs()).isEqualTo(4);

        afterADeathOfTheDriver(files);
    }

    /** What a driver leaves that dies in the middle: a running run, the results so far, one of them damaged. */
    private void afterADeathOfTheDriver(Path files) throws IOException {
        byte[] before = Files.readAllBytes(files.resolve("trials.json"));
        Run dead = run("one");
        dead.writeManifest(dead.manifest().in(Manifest.State.RUNNING, null, Instant.now()));
        for (String lost : List.of("report.html", "trials.json", "recipe.conf", "trials/rung-1-trial-0005.json")) {
            Files.delete(files.resolve(lost));
        }
        Files.writeString(files.resolve("trials/rung-1-trial-0004.json"), "{");
        try (Stream<Path> finals = Files.list(files.resolve("trials"))) {
            for (Path last : finals.filter(file -> file.getFileName().toString().matches("final.*seed-[34].json"))
                    .toList()) {
                Files.delete(last);
            }
        }
        ended.clear();

        tune("run.resume=true");

        assertThat(ended)
                .hasSize(6)
                .startsWith("rung-1-trial-0004.json", "rung-1-trial-0005.json")
                .allMatch(name -> name.startsWith("rung-1-trial-000") || name.matches("final.*seed-[34].json"));
        assertThat(withoutTimes(Files.readAllBytes(files.resolve("trials.json"))))
                .isEqualTo(withoutTimes(before));
    }

    @Test
    void aSpaceThatIsNotThereIsNamed() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> tune("tune.space=" + folder.resolve("other.conf")))
                .withMessage("tune.space = " + folder.resolve("other.conf") + ": there is no such file; name a search "
                        + "space, such as conf/tune/default.conf");
        assertThat(output.resolve("runs")).doesNotExist();
    }

    @Test
    void withoutDataThereIsNothingToTune() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> tune("data.uri="))
                .withMessage("data.uri is empty: tune needs to know its data; name the CSV with --data (to try it: "
                        + "./submit.sh demo-data --output faces.csv)");
    }

    @Test
    void aRefitLeavesNothingToCompareOn() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> tune("train.refit=true", "train.best-by=last", "train.patience-epochs=0"))
                .withMessage("train.refit = true: it trains on public_test too, on which tune compares the winner with "
                        + "the recipe; set it to false");
    }

    @Test
    void aGpuIsRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> tune("backend=cuda"))
                .withMessage("backend = cuda: a trial is a task on one core, and computes on the processor; leave "
                        + "backend out");
    }

    @Test
    void withoutPublicTestTheFinalTwoCannotBeCompared() throws IOException {
        Path csv = folder.resolve("training.csv");
        Files.write(
                csv,
                Files.readAllLines(folder.resolve("faces.csv")).stream()
                        .filter(line -> !line.endsWith(Split.PUBLIC_TEST.usage()))
                        .toList());
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> tune("data.uri=" + csv))
                .withMessage(csv + " has no row with the usage PublicTest, so the winner cannot be compared with the "
                        + "recipe; check the column Usage");
        assertThat(run("one").manifest().state()).isEqualTo(Manifest.State.FAILED);
    }

    @Test
    void aRunOfAnotherCommandIsNotGoneOnWith() throws IOException {
        Path manifest = output.resolve("runs/one/run.json");
        Files.createDirectories(manifest.getParent());
        Files.write(
                manifest,
                Json.bytes(Manifest.builder()
                        .runId("one")
                        .command("train")
                        .state(Manifest.State.FAILED, "it failed")
                        .start("2026-11-27T02:00:00Z")
                        .build()));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> tune("run.resume=true"))
                .withMessage("run.id = one: this run in " + output + " is one of the command train, and tune cannot "
                        + "go on with it; choose another --run-id");
    }
}
