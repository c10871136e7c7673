package io.nightshift.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.FolderCopy;
import io.nightshift.ModelContent;
import io.nightshift.QuickTraining;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.dataset.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.util.AccumulatorContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scheduled job as its scheduler meets it, on the local file system: exit status, words, and who is champion after.
 */
class RetrainIT {
    @TempDir
    private static Path folder;

    private static List<String> quick;

    /** An output directory of its own for each test, with a champion that gets nearly all of its rows right. */
    private Path out;

    @BeforeAll
    static void trainAChampion() throws Exception {
        quick = QuickTraining.options(folder);
        PatternFaces.of(1, 40, 10).write(folder.resolve("monday.csv"));
        PatternFaces.of(2, 40, 10).write(folder.resolve("tuesday.csv"));
        Program.Finished first =
                Program.run(folder, job("template", "monday.csv", "monday", "--epochs", "5", "--json"));
        assertThat(first.err()).doesNotContain("WARN", "Exception");
        assertThat(first.out())
                .contains(
                        "Promoted: monday is the champion now.",
                        "Because:  there was no champion, and this model " + "gets ",
                        "Report:   template/runs/monday/report.html");
        JsonNode line = lastLine(first);
        assertThat(line.get("command").asText()).isEqualTo("retrain");
        assertThat(line.get("outcome").asText()).isEqualTo("promoted");
        assertThat(line.get("exit_status").asInt()).isZero();
        assertThat(line.get("champion").asText()).isEqualTo("monday");
        assertThat(first.status()).isZero();
        JsonNode manifest = json("template/runs/monday/run.json");
        assertThat(manifest.get("command").asText()).isEqualTo("retrain");
        assertThat(manifest.at("/verdict/promoted").asBoolean()).isTrue();
        assertThat(manifest.at("/training/validation_accuracy").asDouble()).isGreaterThan(0.9);
        assertThat(json("template/champion.json").get("run_id").asText()).isEqualTo("monday");
        assertThat(json("template/retrain.lock").get("held").asBoolean()).isFalse();
        trainAWeakModel();
    }

    /** It has learned random labels: any model trained on the right ones is better. */
    private static void trainAWeakModel() throws Exception {
        PatternFaces.of(3, 40, 10).shuffled(Split.TRAINING).write(folder.resolve("wrong.csv"));
        List<String> training = new ArrayList<>(
                List.of("train", "--data", "wrong.csv", "--output", "template", "--run-id", "weak", "--epochs", "1"));
        training.addAll(quick);
        assertThat(InProcess.run(folder, training.toArray(String[]::new)).status())
                .isZero();
    }

    @BeforeEach
    void copyIt(TestInfo test) throws IOException {
        String name = test.getTestMethod().orElseThrow().getName();
        out = folder.resolve(name);
        FolderCopy.of(folder.resolve("template"), out);
    }

    private static String[] job(String output, String data, String run, String... more) {
        List<String> all = new ArrayList<>(List.of("retrain", "--data", data, "--output", output, "--run-id", run));
        all.addAll(quick);
        all.addAll(List.of("--set", "retrain.lock-lease-seconds=3", "--epochs", "1"));
        if (List.of(more).contains("--epochs")) {
            all.subList(all.size() - 2, all.size()).clear();
        }
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private Program.Finished here(String data, String run, String... more) throws Exception {
        return InProcess.run(folder, job(out.getFileName().toString(), data, run, more));
    }

    private Program start(String data, String run, String... more) throws Exception {
        return Program.start(folder, job(out.getFileName().toString(), data, run, more));
    }

    private static JsonNode lastLine(Program.Finished finished) throws IOException {
        return new ObjectMapper()
                .readTree(
                        finished.out().lines().reduce((first, second) -> second).orElseThrow());
    }

    private static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(file).toFile());
    }

    private JsonNode manifest(String run) throws IOException {
        return new ObjectMapper()
                .readTree(out.resolve("runs").resolve(run).resolve("run.json").toFile());
    }

    private void championIs(String run) throws IOException {
        assertThat(new ObjectMapper()
                        .readTree(out.resolve("champion.json").toFile())
                        .get("run_id")
                        .asText())
                .isEqualTo(run);
    }

    /** The champion of the beginning, untouched to the last byte. */
    private void championStands() throws IOException {
        for (String file : List.of("champion.json", "runs/monday/model.zip", "runs/monday/run.json")) {
            assertThat(out.resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("template").resolve(file));
        }
        assertThat(new ObjectMapper()
                        .readTree(out.resolve("retrain.lock").toFile())
                        .get("held")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void nothingNewEndsWithoutTraining() throws Exception {
        Program.Finished same = here("monday.csv", "night", "--epochs", "5", "--json");
        assertThat(same.err()).isEmpty();
        assertThat(same.out())
                .startsWith("Not trained: the champion stays monday; --force trains anyway.\nBecause:  nothing new: "
                        + "run monday was trained on the same data with the same configuration\n");
        assertThat(lastLine(same).get("outcome").asText()).isEqualTo("nothing_new");
        assertThat(same.status()).isZero();
        assertThat(out.resolve("runs/night")).doesNotExist();
        championStands();

        Program.Finished forced = here("monday.csv", "night", "--epochs", "3", "--force");
        assertThat(forced.err()).contains("Starting from the weights of the champion monday", "epoch 1/3");
        assertThat(forced.status()).isEqualTo(5);
        championStands();
    }

    @Test
    void aModelThatIsNotBetterIsRejectedAndSaysWhy() throws Exception {
        Program.Finished rejected = here("tuesday.csv", "night", "--json");

        assertThat(rejected.out())
                .contains("Rejected: the champion stays monday.", "against the champion's ", "McNemar p ");
        assertThat(lastLine(rejected).get("outcome").asText()).isEqualTo("rejected");
        assertThat(rejected.status()).isEqualTo(5);
        assertThat(manifest("night").get("state").asText()).isEqualTo("rejected");
        assertThat(manifest("night").at("/verdict/champion").asText()).isEqualTo("monday");
        assertThat(manifest("night").at("/verdict/comparison/examples").asLong())
                .isEqualTo(70);
        assertThat(Files.readString(out.resolve("runs/night/report.html"))).contains("The champion stays.");
        championStands();
    }

    @Test
    void aBetterModelIsPromotedAndCanBeTakenBack() throws Exception {
        String output = out.getFileName().toString();
        Program.Finished byHand = InProcess.run(folder, "runs", "promote", "weak", "--output", output);
        assertThat(byHand.out()).isEqualTo("weak is the champion now; before it was monday\n");
        assertThat(byHand.status()).isZero();

        Program.Finished better = here("tuesday.csv", "night", "--epochs", "3", "--set", "retrain.start-from=scratch");
        assertThat(better.out()).contains("Promoted: night is the champion now.");
        assertThat(better.status()).isZero();
        championIs("night");
        assertThat(manifest("night").get("state").asText()).isEqualTo("succeeded");
        // Spark would keep them for the next 1,000 nights in this JVM.
        assertThat(AccumulatorContext.numAccums()).isZero();

        Program.Finished listed = InProcess.run(folder, "runs", "--output", output);
        assertThat(listed.out())
                .contains(
                        "Champion: night, ",
                        "night in place of weak by retrain: ",
                        "weak in place of monday by runs promote: by hand");
        assertThat(InProcess.run(folder, "runs", "rollback", "--output", output).out())
                .isEqualTo("weak is the champion now; before it was night\n");
        championIs("weak");
        assertThat(InProcess.run(folder, "runs", "rollback", "--output", output).out())
                .isEqualTo("monday is the champion now; before it was weak\n");
        Program.Finished noFurther = InProcess.run(folder, "runs", "rollback", "--output", output);
        assertThat(noFurther.err())
                .isEqualTo("error: runs rollback: there was no champion before monday; name another run with: "
                        + "./submit.sh runs promote RUN\n");
        assertThat(noFurther.status()).isEqualTo(2);
        // What was rolled back from is not promoted again for being there.
        Program.Finished same = here("tuesday.csv", "again", "--epochs", "3", "--set", "retrain.start-from=scratch");
        assertThat(same.status()).isEqualTo(5);
        championIs("monday");
        Program.Finished unknown = InProcess.run(folder, "runs", "promote", "sunday", "--output", output);
        assertThat(unknown.err())
                .isEqualTo("error: runs promote: there is no run sunday in " + output
                        + "; the command 'runs' lists them\n");
        assertThat(unknown.status()).isEqualTo(2);
    }

    @Test
    void dataThatIsWrongIsRefusedBeforeTraining() throws Exception {
        PatternFaces.of(4, 40, 10).shuffled(Split.values()).write(folder.resolve("shuffled.csv"));
        PatternFaces.of(5, 40, 10).without(1).write(folder.resolve("no-disgust.csv"));
        PatternFaces.of(6, 20, 10).write(folder.resolve("half.csv"));

        Program.Finished shuffled = refused("shuffled.csv", "shuffled");
        assertThat(shuffled.err())
                .contains(
                        "error: shuffled.csv differs from the data of the champion monday: the champion itself "
                                + "gets ",
                        " of public_test right, ",
                        "so labels may be wrong (retrain.data.max-accuracy-drop = 0.1); if it is right "
                                + "all the same, raise these keys for one run with --set\n");
        Program.Finished missing = refused("no-disgust.csv", "missing");
        assertThat(missing.err())
                .contains("training has no disgust rows any more, 40 before; public_test has no disgust rows any "
                        + "more, 10 before; ");
        Program.Finished half = refused("half.csv", "half");
        assertThat(half.err()).contains("training has 140 rows, 280 before (retrain.data.max-rows-lost = 0.2)");
        Program.Finished vanished = refused("vanished.csv", "vanished", "--json");
        assertThat(vanished.err())
                .isEqualTo("error: vanished.csv does not exist; name the CSV (emotion,pixels,Usage) with --data\n");
        assertThat(lastLine(vanished).get("exit_status").asInt()).isEqualTo(3);
        Program.Finished none =
                InProcess.run(folder, "retrain", "--output", out.getFileName().toString());
        assertThat(none.err()).startsWith("error: data.uri is empty: retrain needs to know its data");
        assertThat(none.status()).isEqualTo(2);
    }

    private Program.Finished refused(String data, String run, String... more) throws Exception {
        Program.Finished refused = here(data, run, more);
        assertThat(refused.err()).doesNotContain("epoch 1", "\tat ");
        assertThat(refused.status()).isEqualTo(3);
        assertThat(manifest(run).get("state").asText()).isEqualTo("failed");
        championStands();
        return refused;
    }

    @Test
    void wrongTrainingLabelsGiveAModelThatIsRejected() throws Exception {
        PatternFaces.of(7, 40, 10).shuffled(Split.TRAINING).write(folder.resolve("wrong-training.csv"));
        Program.Finished rejected = here("wrong-training.csv", "night", "--set", "retrain.start-from=scratch");
        assertThat(rejected.status()).isEqualTo(5);
        championStands();
    }

    @Test
    void aDamagedChampionIsNamedAndLeftAsItIs() throws Exception {
        byte[] model = Files.readAllBytes(out.resolve("runs/monday/model.zip"));
        Files.write(out.resolve("runs/monday/model.zip"), java.util.Arrays.copyOf(model, model.length / 2));
        Program.Finished truncated = here("tuesday.csv", "night");
        assertThat(truncated.err())
                .contains(
                        "error: the champion monday cannot be used: ",
                        "runs/monday/model.zip is missing or " + "damaged: it is not the file that ",
                        "; restore it, or go back to another champion with: ./submit.sh runs rollback");
        assertThat(truncated.status()).isEqualTo(1);
        championIs("monday");
        assertThat(manifest("night").get("state").asText()).isEqualTo("failed");

        Files.write(out.resolve("runs/monday/model.zip"), model);
        Files.writeString(out.resolve("champion.json"), "{\"run_id\" : \"mon");
        Program.Finished unreadable = here("tuesday.csv", "night-2");
        assertThat(unreadable.err())
                .contains("champion.json cannot be understood: it is damaged, or no file of this program; name a "
                        + "champion with: ./submit.sh runs promote RUN --output ");
        assertThat(unreadable.status()).isEqualTo(1);
        assertThat(out.resolve("champion.json")).hasContent("{\"run_id\" : \"mon");
        assertThat(InProcess.run(
                                folder,
                                "runs",
                                "promote",
                                "monday",
                                "--output",
                                out.getFileName().toString())
                        .status())
                .isZero();
        championIs("monday");
    }

    @Test
    void aDamagedCheckpointIsSkippedForTheOneBefore() throws Exception {
        // Slow enough to be killed in the third epoch.
        String[] same = {
            "--epochs", "3", "--set", "train.averaging-frequency=1", "--set", "retrain.start-from=scratch", "--force"
        };
        assertThat(here("tuesday.csv", "whole", same).status()).isEqualTo(5);
        Program program = start("tuesday.csv", "killed", same);
        program.awaitError("epoch 2/3: loss");
        program.kill();
        Path second = out.resolve("runs/killed/checkpoints/epoch-0002.zip");
        byte[] content = Files.readAllBytes(second);
        Files.write(second, java.util.Arrays.copyOf(content, content.length - 1000));

        Path lock = out.resolve("retrain.lock");
        Files.write(lock, Program.expired(Files.readAllBytes(lock)));
        Program.Finished resumed = here("tuesday.csv", "killed", same);
        assertThat(resumed.err())
                .contains(
                        "epoch-0002.zip is missing or damaged: its checksum is not the one in run.json; it is "
                                + "skipped for the one before it",
                        "Going on after epoch 1, from ",
                        "epoch 2/3",
                        "epoch 3/3");
        assertThat(resumed.status()).isEqualTo(5);
        assertThat(ModelContent.of(out.resolve("runs/killed/model.zip")))
                .isEqualTo(ModelContent.of(out.resolve("runs/whole/model.zip")));
        assertThat(second).hasSameBinaryContentAs(out.resolve("runs/whole/checkpoints/epoch-0002.zip"));
        championStands();
    }

    @Test
    void divergenceEndsWithFourOrIsTriedOnceMoreWithALowerRate() throws Exception {
        // The program's own network: one layer may learn even so.
        String[] wild = {
            "--set", "transfer.from=", "--set", "train.learning-rate=1000", "--set", "retrain.start-from=scratch"
        };
        Program.Finished diverged = here("tuesday.csv", "wild", wild);
        assertThat(diverged.err()).contains("error: training diverged: the loss is ", " in epoch 1, averaging round 1");
        assertThat(diverged.status()).isEqualTo(4);
        championStands();

        Program.Finished tried = here(
                "tuesday.csv",
                "tamed",
                Stream.concat(Stream.of(wild), Stream.of("--set", "train.retry-learning-rate-factor=0.0000005"))
                        .toArray(String[]::new));
        assertThat(tried.err())
                .contains(
                        "training diverged: the loss is ",
                        "; going back to the last good checkpoint, with a " + "learning rate of 5.0E-4 from here on",
                        "epoch 1/1: loss");
        assertThat(tried.status()).isEqualTo(5);
        assertThat(Files.readAllLines(out.resolve("runs/tamed/metrics.csv"))
                        .get(1)
                        .split(",")[4])
                .isEqualTo("5.0E-4");
        championStands();
    }

    @Test
    void terminationPutsTheRunInOrderAndLetsGoOfTheLock() throws Exception {
        Program program = start("tuesday.csv", "ended", "--epochs", "500", "--set", "train.patience-epochs=0");
        program.awaitError("epoch 2/500: loss");
        long begin = System.nanoTime();
        program.terminate();
        Program.Finished ended = program.await();

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(30);
        assertThat(ended.status()).isEqualTo(143);
        assertThat(ended.err())
                .endsWith("interrupted; go on with --resume --run-id ended\n")
                .doesNotContain("Exception");
        assertThat(manifest("ended").get("state").asText()).isEqualTo("failed");
        assertThat(out.resolve("runs/ended/checkpoints/epoch-0002.zip")).exists();
        championStands();
        // The next one need not wait, and a run of that name goes on.
        Program.Finished resumed = here("tuesday.csv", "ended", "--epochs", "3");
        assertThat(resumed.err()).contains("Going on after epoch ").doesNotContain("epoch 1/");
        assertThat(resumed.status()).isEqualTo(5);
    }

    @Test
    void oldRunsGoAfterAPromotionAndTheChampionsStay() throws Exception {
        String output = out.getFileName().toString();
        for (String old : List.of("2020-a", "2020-running")) {
            Path run = out.resolve("runs").resolve(old);
            Files.createDirectories(run);
            String manifest = Files.readString(out.resolve("runs/weak/run.json"))
                    .replace("\"weak\"", '"' + old + '"')
                    .replaceFirst("\"start\" : \"[^\"]*\"", "\"start\" : \"2020-01-01T00:00:00Z\"");
            Files.writeString(
                    run.resolve("run.json"),
                    old.endsWith("running")
                            ? manifest.replaceFirst("\"state\" : \"[^\"]*\"", "\"state\" : \"running\"")
                            : manifest);
        }
        assertThat(InProcess.run(folder, "runs", "promote", "weak", "--output", output)
                        .status())
                .isZero();
        Program.Finished promoted = here(
                "tuesday.csv",
                "night",
                "--set",
                "retrain.keep-runs=1",
                "--set",
                "retrain.start-from=scratch",
                "--epochs",
                "3");

        assertThat(promoted.status()).isZero();
        assertThat(promoted.err())
                .contains("Deleted run 2020-a (retrain.keep-runs = 1)", "Deleted run monday (retrain.keep-runs = 1)");
        // The champion, the one before it, and one that may be under way.
        try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
            assertThat(runs.map(run -> run.getFileName().toString()).filter(name -> !name.startsWith(".")))
                    .containsExactlyInAnyOrder("night", "weak", "2020-running");
        }
        assertThat(InProcess.run(folder, "runs", "rollback", "--output", output).out())
                .isEqualTo("weak is the champion now; before it was night\n");
    }
}
