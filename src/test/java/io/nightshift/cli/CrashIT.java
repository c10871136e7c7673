package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.ModelContent;
import io.nightshift.dataset.Split;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that die without a word, at any moment and at every step of publishing, and jobs that start together. */
class CrashIT {
    private static final int KILLS = 10;
    private static final int PAIRS = 20;
    /** One thread: each of the two forks that tests run in has one core. */
    private static final String[] QUICK = {
        "--master", "local[1]", "--set", "train.batch-size-per-worker=8", "--set", "train.threads-per-worker=1"
    };

    @TempDir
    private static Path folder;

    /** A place whose champion has learned from labels given by chance: whatever is trained on right ones is better. */
    @BeforeAll
    static void promoteAWeakChampion() throws Exception {
        PatternFaces.of(1, 20, 6).write(folder.resolve("faces.csv"));
        PatternFaces.of(2, 20, 6).shuffled(Split.TRAINING).write(folder.resolve("wrong.csv"));
        assertThat(run("train", "--data", "wrong.csv", "--output", "template", "--run-id", "weak", "--epochs", "1")
                        .status())
                .isZero();
        assertThat(Program.run(folder, "runs", "promote", "weak", "--output", "template")
                        .status())
                .isZero();
    }

    private static Program.Finished run(String... arguments) throws Exception {
        return Program.run(folder, with(arguments));
    }

    private static String[] with(String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of(QUICK)).toArray(String[]::new);
    }

    private static Path copyOfTemplate(String name) throws IOException {
        Path template = folder.resolve("template");
        Path copy = folder.resolve(name);
        try (Stream<Path> files = Files.walk(template)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, copy.resolve(template.relativize(file)));
            }
        }
        return copy;
    }

    @Test
    void killedTenTimesAndResumedTheModelIsThatOfAnUndisturbedRun() throws Exception {
        String[] training = {"train", "--data", "faces.csv", "--output", "killed", "--epochs", "6"};
        long begin = System.nanoTime();
        assertThat(run(and(training, "--run-id", "whole")).status()).isZero();
        long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        Map<String, String> expected = ModelContent.of(folder.resolve("killed/runs/whole/model.zip"));
        Random random = new Random(5);
        List<String> moments = new ArrayList<>();
        int kills = 0;
        while (kills < KILLS) {
            boolean begun = Files.exists(folder.resolve("killed/runs/victim/run.json"));
            Program program = Program.start(
                    folder,
                    with(
                            begun
                                    ? and(training, "--run-id", "victim", "--resume")
                                    : and(training, "--run-id", "victim")));
            // At any moment of a run's life, on a slow machine and on a fast one.
            long milliseconds = (long) (whole * (0.15 + 0.8 * random.nextDouble()));
            if (program.isRunningAfter(milliseconds)) {
                program.kill();
                kills++;
                moments.add(milliseconds + " ms");
            } else {
                // It came to its end: once more from the beginning.
                assertThat(program.await().status()).isZero();
                assertThat(ModelContent.of(folder.resolve("killed/runs/victim/model.zip")))
                        .isEqualTo(expected);
                delete(folder.resolve("killed/runs/victim"));
            }
        }
        System.out.println("of " + whole + " ms killed after " + moments);
        assertThat(run(and(training, "--run-id", "victim", "--resume")).status())
                .isZero();
        assertThat(ModelContent.of(folder.resolve("killed/runs/victim/model.zip")))
                .isEqualTo(expected);
        assertThat(folder.resolve("killed/runs/victim/checkpoints/epoch-0006.zip"))
                .hasSameBinaryContentAs(folder.resolve("killed/runs/whole/checkpoints/epoch-0006.zip"));
    }

    private static String[] and(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
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
        String place = "crash-" + (crash.hashCode() & Integer.MAX_VALUE);
        Path out = copyOfTemplate(place);
        String[] retrain = with(
                "retrain",
                "--data",
                "faces.csv",
                "--output",
                place,
                "--run-id",
                "night",
                "--epochs",
                "2",
                "--set",
                "retrain.lock-lease-seconds=3",
                "--set",
                "retrain.start-from=scratch");
        Program.Finished crashed = Program.startWithTests(
                        folder,
                        and(
                                retrain,
                                "--set",
                                "spark.hadoop.fs.file.impl=" + CrashingFileSystem.class.getName(),
                                "--set",
                                "spark.hadoop." + CrashingFileSystem.KEY + "=" + crash))
                .await();
        assertThat(crashed.status()).isEqualTo(137);

        boolean published = crash.startsWith("retrain.lock");
        assertThat(championOf(out)).isEqualTo(published ? "night" : "weak");
        Program.awaitExpiry(Files.readAllBytes(out.resolve("retrain.lock")));
        Program.Finished again = Program.run(folder, retrain);
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
    void ofTwoThatStartTogetherOneTrainsAndTheOtherSaysThatItMayNot() throws Exception {
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
                .matches(
                        "error: another job holds the lock pair/retrain.lock: run (first|second) \\(process \\d+ on "
                                + "\\S+\\), until \\S+; it ends by itself, or expires when it is not renewed: start again later\n");
        assertThat(folder.resolve("pair/runs")).isDirectoryContaining(path -> true);
        try (Stream<Path> runs = Files.list(folder.resolve("pair/runs"))) {
            assertThat(runs).hasSize(1);
        }
    }

    /** The winner waits for its data, which comes out of a pipe, until the loser has given up. */
    @Test
    void ofTwentyPairsThatStartTogetherOneEachGetsTheLock() throws Exception {
        Path pipe = folder.resolve("pipe.csv");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (int pair = 0; pair < PAIRS; pair++) {
            String[] retrain = with("retrain", "--data", "pipe.csv", "--output", "pairs", "--force");
            List<Program> both = List.of(
                    Program.start(folder, and(retrain, "--run-id", "a-" + pair)),
                    Program.start(folder, and(retrain, "--run-id", "b-" + pair)));
            while (both.get(0).isRunningAfter(20) && both.get(1).isRunningAfter(20)) {
                // One of them gives up.
            }
            try (OutputStream nothing = Files.newOutputStream(pipe)) {
                // Opened and closed: the winner finds its data empty.
            }
            assertThat(List.of(both.get(0).await().status(), both.get(1).await().status()))
                    .containsExactlyInAnyOrder(3, 75);
        }
        try (Stream<Path> runs = Files.list(folder.resolve("pairs/runs"))) {
            assertThat(runs).hasSize(PAIRS);
        }
    }
}
