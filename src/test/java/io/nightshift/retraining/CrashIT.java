package io.nightshift.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.FolderCopy;
import io.nightshift.ModelContent;
import io.nightshift.QuickTraining;
import io.nightshift.cli.CommandServer;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.dataset.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that die at any moment and at every step of publishing, and jobs that start together. */
class CrashIT {
    private static final int PAIRS = 20;

    @TempDir
    private static Path folder;

    private static List<String> quick;

    /** An output directory whose champion has learned random labels: any model trained on the right ones is better. */
    @BeforeAll
    static void promoteAWeakChampion() throws Exception {
        quick = QuickTraining.options(folder);
        PatternFaces.of(1, 20, 6).write(folder.resolve("faces.csv"));
        PatternFaces.of(2, 20, 6).shuffled(Split.TRAINING).write(folder.resolve("wrong.csv"));
        assertThat(run("train", "--data", "wrong.csv", "--output", "template", "--run-id", "weak", "--epochs", "1")
                        .status())
                .isZero();
        assertThat(InProcess.run(folder, "runs", "promote", "weak", "--output", "template")
                        .status())
                .isZero();
    }

    private static Program.Finished run(String... arguments) throws Exception {
        return InProcess.run(folder, with(arguments));
    }

    private static String[] with(String... arguments) {
        return and(arguments, quick.toArray(String[]::new));
    }

    private static String[] and(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void killedAtFourMilestonesAndResumedTheModelIsTheUndisturbedOne() throws Exception {
        String[] training = training("6", "milestones");
        assertThat(run(and(training, "whole")).status()).isZero();
        // Before the first epoch, in the first and a later one, and after the last.
        for (String milestone : List.of("Starting Spark", "epoch 1/6: loss ", "epoch 3/6: loss ", "epoch 6/6: loss ")) {
            Program program = Program.start(folder, with(victim(training, "milestones")));
            program.awaitError(milestone);
            program.kill();
        }
        assertThat(run(victim(training, "milestones")).status()).isZero();
        assertVictimEqualsWhole("milestones", "checkpoints/epoch-0006.zip");
    }

    /** With as many kills as {@code -Dnightly.kills} says; prints how many were survived. */
    @Test
    @Tag("nightly")
    void killedAtRandomAndResumedTheModelIsTheUndisturbedOne() throws Exception {
        String[] training = training("12", "killed");
        long begin = System.nanoTime();
        assertThat(Program.run(folder, with(and(training, "whole"))).status()).isZero();
        long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        Random random = new Random(5);
        List<String> moments = new ArrayList<>();
        int completed = 0;
        while (moments.size() < Integer.getInteger("nightly.kills", 10)) {
            Program program = Program.start(folder, with(victim(training, "killed")));
            // At any moment of a run's life, on a slow machine and on a fast one.
            long milliseconds = (long) (whole * (0.15 + 0.8 * random.nextDouble()));
            if (program.isRunningAfter(milliseconds)) {
                program.kill();
                moments.add(milliseconds + " ms");
            } else {
                // It came to its end: once more from the beginning.
                assertThat(program.await().status()).isZero();
                assertVictimEqualsWhole("killed", "checkpoints/epoch-0012.zip");
                FileUtil.fullyDelete(folder.resolve("killed/runs/victim").toFile());
                completed++;
            }
        }
        assertThat(run(victim(training, "killed")).status()).isZero();
        assertVictimEqualsWhole("killed", "checkpoints/epoch-0012.zip");
        System.out.printf(
                "local disk: %d kills in %d whole runs, each with the model of an undisturbed run; of %d ms after %s%n",
                moments.size(), completed + 1, whole, moments);
    }

    /** Slow enough to be killed in a given epoch. */
    private static String[] training(String epochs, String output) {
        return new String[] {
            "train",
            "--data",
            "faces.csv",
            "--epochs",
            epochs,
            "--set",
            "train.averaging-frequency=1",
            "--output",
            output,
            "--run-id"
        };
    }

    private static String[] victim(String[] training, String output) {
        return Files.exists(folder.resolve(output + "/runs/victim/run.json"))
                ? and(training, "victim", "--resume")
                : and(training, "victim");
    }

    private static void assertVictimEqualsWhole(String output, String last) throws IOException {
        Path runs = folder.resolve(output + "/runs");
        assertThat(ModelContent.of(runs.resolve("victim/model.zip")))
                .isEqualTo(ModelContent.of(runs.resolve("whole/model.zip")));
        assertThat(runs.resolve("victim").resolve(last))
                .hasSameBinaryContentAs(runs.resolve("whole").resolve(last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.zip|PK|begun",
                "report.html|succeeded|begun",
                "report.html|succeeded|written",
                "run.json|\"state\" : \"succeeded\"|begun",
                "run.json|\"state\" : \"succeeded\"|written",
                "champion.json|night|begun",
                "champion.json|night|written",
                "retrain.lock|\"held\" : false|begun"
            })
    void aCrashAtAnyStepOfPublishingLeavesTheOldChampionOrTheNewOne(String crash) throws Exception {
        String output = copyOfTemplate(crash);
        Program.Finished crashed = InProcess.in(folder)
                .withLocalFiles(CrashingFileSystem.at(crash))
                .run(with(retraining(output)));
        assertThat(crashed.status()).isNotZero();
        assertThat(crashed.err()).contains(CrashingFileSystem.MESSAGE);
        assertChampion(crash, output);
        // The process that "died" is this one, and lives: only its leases say that it is dead.
        for (String lock : List.of("retrain.lock", "runs/.night.lock")) {
            Path file = folder.resolve(output).resolve(lock);
            Files.write(file, Program.expired(Files.readAllBytes(file)));
        }
        assertRecovery(crash, output);
    }

    /** The same by a process that halts. */
    @Test
    void aProcessThatDiesBeforeTheChampionIsNamedLeavesTheOldOne() throws Exception {
        String crash = "champion.json|night|written";
        String output = copyOfTemplate("halt");
        Program.Finished halted = Program.startWithTests(
                        folder,
                        and(
                                with(retraining(output)),
                                "--set",
                                "spark.hadoop.fs.file.impl=" + CrashingFileSystem.class.getName(),
                                "--set",
                                "spark.hadoop." + CrashingFileSystem.CRASH + "=" + crash,
                                "--set",
                                "spark.hadoop." + CrashingFileSystem.HALTS + "=true"))
                .await();
        assertThat(halted.status()).isEqualTo(137);
        assertChampion(crash, output);
        Program.awaitExpiry(Files.readAllBytes(folder.resolve(output).resolve("retrain.lock")));
        assertRecovery(crash, output);
    }

    private static String copyOfTemplate(String name) throws IOException {
        String copy = "crash-" + name.replaceAll("[^a-z.]+", "-");
        FolderCopy.of(folder.resolve("template"), folder.resolve(copy));
        return copy;
    }

    private static String[] retraining(String output) {
        return new String[] {
            "retrain",
            "--data",
            "faces.csv",
            "--output",
            output,
            "--run-id",
            "night",
            "--epochs",
            "2",
            "--set",
            "retrain.lock-lease-seconds=3",
            "--set",
            "retrain.start-from=scratch"
        };
    }

    private static void assertChampion(String crash, String output) throws Exception {
        boolean published = crash.startsWith("retrain.lock");
        assertThat(championOf(folder.resolve(output))).isEqualTo(published ? "night" : "weak");
    }

    /** By the next job, which finds the dead one's lock expired. */
    private static void assertRecovery(String crash, String output) throws Exception {
        Path out = folder.resolve(output);
        Program.Finished again = run(retraining(output));
        assertThat(again.err()).contains("took over the lock ");
        assertThat(again.status()).isZero();
        assertThat(championOf(out)).isEqualTo("night");
        if (crash.startsWith("champion.json")) {
            assertThat(again.err()).contains("Run night was to be promoted when its process died; promoting it now");
        }
    }

    /** The run that is champion, whose model is whole as {@code champion.json} and its manifest say. */
    private static String championOf(Path out) throws Exception {
        JsonNode champion =
                new ObjectMapper().readTree(out.resolve("champion.json").toFile());
        Path run = out.resolve("runs").resolve(champion.get("run_id").asText());
        byte[] model = Files.readAllBytes(run.resolve("model.zip"));
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(model)))
                .isEqualTo(champion.get("sha256").asText());
        assertThat(new ObjectMapper()
                        .readTree(run.resolve("run.json").toFile())
                        .get("state")
                        .asText())
                .isEqualTo("succeeded");
        return champion.get("run_id").asText();
    }

    @Test
    void ofTwoStartedTogetherOneTrains() throws Exception {
        Program first = Program.start(
                folder,
                with("retrain", "--data", "faces.csv", "--output", "pair", "--run-id", "first", "--epochs", "1"));
        Program second = Program.start(
                folder,
                with("retrain", "--data", "faces.csv", "--output", "pair", "--run-id", "second", "--epochs", "1"));
        List<Program.Finished> both = List.of(first.await(), second.await());

        assertThat(both).extracting(Program.Finished::status).containsExactlyInAnyOrder(0, 75);
        Program.Finished loser = both.get(both.get(0).status() == 75 ? 0 : 1);
        assertThat(loser.err())
                .matches("error: another job holds the lock pair/retrain.lock: run (first|second) \\(process \\d+ on "
                        + "\\S+\\), until \\S+; it ends by itself, or expires when it is not "
                        + "renewed: start again later\n");
        assertThat(folder.resolve("pair/runs")).isDirectoryContaining(path -> true);
        try (Stream<Path> runs = Files.list(folder.resolve("pair/runs"))) {
            assertThat(runs.filter(Files::isDirectory)).hasSize(1);
        }
    }

    /** The winner waits for its data until the loser has given up, and finds them empty. */
    @Test
    void oneOfEachPairGetsTheLock() throws Exception {
        try (CommandServer one = CommandServer.start(folder);
                CommandServer two = CommandServer.start(folder)) {
            for (int pair = 0; pair < PAIRS; pair++) {
                Path data = Files.createFile(folder.resolve("waited-" + pair + ".csv"));
                List<CompletableFuture<Integer>> both =
                        List.of(one.run(with(waiting(data, "a-" + pair))), two.run(with(waiting(data, "b-" + pair))));
                assertThat(CompletableFuture.anyOf(both.get(0), both.get(1)).get(240, TimeUnit.SECONDS))
                        .isEqualTo(75);
                Files.createFile(folder.resolve(data.getFileName() + ".open"));
                assertThat(List.of(
                                both.get(0).get(240, TimeUnit.SECONDS),
                                both.get(1).get(240, TimeUnit.SECONDS)))
                        .containsExactlyInAnyOrder(3, 75);
            }
        }
        try (Stream<Path> runs = Files.list(folder.resolve("pairs/runs"))) {
            assertThat(runs.filter(Files::isDirectory)).hasSize(PAIRS);
        }
    }

    private static String[] waiting(Path data, String run) {
        return new String[] {
            "retrain",
            "--data",
            data.getFileName().toString(),
            "--output",
            "pairs",
            "--force",
            "--run-id",
            run,
            "--set",
            "spark.hadoop.fs.file.impl=" + WaitingFileSystem.class.getName()
        };
    }
}
