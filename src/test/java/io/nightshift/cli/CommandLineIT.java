package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.ModelContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its users meet it: arguments in; exit status, text and files out. */
class CommandLineIT {
    private static final String[] QUICK = {"--master", "local[1]", "--set", "train.batch-size-per-worker=16"};

    @TempDir
    private static Path folder;

    @BeforeAll
    static void drawFacesAndTrainTwoEpochs() throws Exception {
        Program.Finished drawn =
                InProcess.run(folder, "demo-data", "--output", "faces.csv", "--rows", "140", "--seed", "7");
        assertThat(drawn.err()).isEmpty();
        assertThat(drawn.out())
                .isEqualTo(
                        "Wrote 140 drawn faces to faces.csv; train on them with ./submit.sh train --data faces.csv\n");
        assertThat(drawn.status()).isZero();

        Program.Finished trained = Program.run(folder, training("--run-id", "whole", "--epochs", "2"));
        assertThat(trained.err()).contains("epoch 1/2: loss ", "epoch 2/2: loss ", "validation accuracy", "examples/s");
        assertThat(trained.err()).doesNotContain("INFO", "WARN", "Exception");
        assertThat(trained.out())
                .contains(
                        "private_test, 14 examples",
                        "always answering the most frequent class would get",
                        "out/runs/whole/report.html");
        assertThat(trained.status()).isZero();
    }

    @Test
    void aMissingGpuIsOneLineAndLeavesNoRun() throws Exception {
        Program.Finished refused = Program.run(folder, training("--run-id", "on-gpu", "--set", "backend=cuda"));

        assertThat(refused.err())
                .isEqualTo("error: backend = cuda: this build has no CUDA in it; make one that has with: "
                        + "mvn -Pcuda -DskipTests package; with backend = auto training goes on on the CPU\n");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(folder.resolve("out/runs/on-gpu")).doesNotExist();
    }

    @Test
    void aRunLeavesTheFilesOfTheContractWhole() throws Exception {
        Path run = folder.resolve("out/runs/whole");
        JsonNode manifest = new ObjectMapper().readTree(run.resolve("run.json").toFile());

        List<String> named = new ArrayList<>();
        for (JsonNode file : manifest.get("files")) {
            byte[] content = Files.readAllBytes(run.resolve(file.get("path").asText()));
            assertThat(file.get("bytes").asLong()).isEqualTo(content.length);
            assertThat(file.get("sha256").asText())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
            named.add(file.get("path").asText());
        }
        assertThat(named)
                .containsExactlyInAnyOrder(
                        "config.conf",
                        "metrics.csv",
                        "checkpoints/epoch-0001.zip",
                        "checkpoints/epoch-0002.zip",
                        "events/epoch-0001.tfevents",
                        "events/epoch-0002.tfevents",
                        "model.zip",
                        "report.html",
                        "evaluation/training.json",
                        "evaluation/training-confusion.csv",
                        "evaluation/public_test.json",
                        "evaluation/public_test-confusion.csv",
                        "evaluation/private_test.json",
                        "evaluation/private_test-confusion.csv");
        assertThat(filesIn(run))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(named.stream(), Stream.of("run.json")).toList());
        assertThat(manifest.get("state").asText()).isEqualTo("succeeded");
        assertThat(manifest.at("/data/rows/read").asLong()).isEqualTo(140);
        assertThat(manifest.at("/data/used_by_split/training").asLong()).isEqualTo(112);
        assertThat(manifest.at("/data/sha256").asText()).hasSize(64);
        assertThat(Files.readAllLines(run.resolve("metrics.csv")))
                .hasSize(3)
                .first()
                .isEqualTo("epoch,train_loss,validation_loss,validation_accuracy,learning_rate,"
                        + "examples_per_second,seconds");
        assertThat(Files.readAllLines(run.resolve("evaluation/public_test-confusion.csv")))
                .hasSize(8)
                .first()
                .isEqualTo("actual,angry,disgust,fear,happy,sad,surprise,neutral");
        JsonNode evaluation = new ObjectMapper()
                .readTree(run.resolve("evaluation/public_test.json").toFile());
        assertThat(evaluation.fieldNames())
                .toIterable()
                .containsExactly(
                        "split",
                        "model",
                        "model_run_id",
                        "model_sha256",
                        "test_time_augmentation",
                        "examples",
                        "loss",
                        "accuracy",
                        "accuracy_standard_error",
                        "macro_f1",
                        "macro_f1_interval_95",
                        "top2_accuracy",
                        "top2_accuracy_standard_error",
                        "majority_baseline",
                        "expected_calibration_error",
                        "duplicates_of_training",
                        "accuracy_without_duplicates",
                        "accuracy_without_duplicates_standard_error",
                        "macro_f1_without_duplicates",
                        "macro_f1_without_duplicates_interval_95",
                        "classes",
                        "confusion",
                        "confusion_rows");
        assertThat(evaluation.at("/classes/3").fieldNames())
                .toIterable()
                .containsExactly("name", "support", "precision", "recall", "f1");
        assertThat(ModelSerializer.restoreMultiLayerNetwork(
                                run.resolve("checkpoints/epoch-0002.zip").toFile(), true)
                        .numParams())
                .isEqualTo(1_485_831);
    }

    @Test
    void theSameSeedGivesTheSameModelAlsoWhenResumed() throws Exception {
        assertThat(InProcess.run(
                                folder,
                                "train",
                                "--conf",
                                folder.resolve("out/runs/whole/config.conf").toString(),
                                "--run-id",
                                "again")
                        .status())
                .isZero();
        assertThat(train("--run-id", "resumed", "--epochs", "1").status()).isZero();
        // As if it had failed after its first epoch: what has succeeded is not resumed.
        Path cut = folder.resolve("out/runs/resumed/run.json");
        Files.writeString(cut, Files.readString(cut).replace("\"succeeded\"", "\"failed\""));
        Program.Finished resumed = train("--run-id", "resumed", "--epochs", "2", "--resume");
        assertThat(resumed.err()).contains("epoch 2/2").doesNotContain("epoch 1/2");

        Map<String, String> model = ModelContent.of(folder.resolve("out/runs/whole/model.zip"));
        assertThat(ModelContent.of(folder.resolve("out/runs/again/model.zip"))).isEqualTo(model);
        assertThat(ModelContent.of(folder.resolve("out/runs/resumed/model.zip")))
                .isEqualTo(model);
        for (String file : List.of("checkpoints/epoch-0002.zip", "evaluation/private_test-confusion.csv")) {
            byte[] expected =
                    Files.readAllBytes(folder.resolve("out/runs/whole").resolve(file));
            assertThat(Files.readAllBytes(folder.resolve("out/runs/again").resolve(file)))
                    .isEqualTo(expected);
            assertThat(Files.readAllBytes(folder.resolve("out/runs/resumed").resolve(file)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void evaluateSaysWhatTheRunSaid() throws Exception {
        Program.Finished evaluated = InProcess.run(
                folder,
                "evaluate",
                "--model",
                "out/runs/whole/model.zip",
                "--data",
                "faces.csv",
                "--split",
                "public_test",
                "--output",
                "evaluated",
                "--master",
                "local[2]");

        assertThat(evaluated.err()).isEmpty();
        assertThat(evaluated.out()).contains("public_test, 14 examples", "accuracy", "macro F1", "top 2");
        assertThat(evaluated.status()).isZero();
        assertThat(Files.readString(folder.resolve("evaluated/public_test-confusion.csv")))
                .isEqualTo(Files.readString(folder.resolve("out/runs/whole/evaluation/public_test-confusion.csv")));
        assertThat(InProcess.run(
                                folder,
                                "evaluate",
                                "--model",
                                "out/runs/whole/model.zip",
                                "--data",
                                "faces.csv",
                                "--split",
                                "public_test",
                                "--json",
                                "--master",
                                "local[2]")
                        .out())
                .isEqualTo(Files.readString(folder.resolve("evaluated/public_test.json")));
    }

    @Test
    void runsListsWhatIsThere() throws Exception {
        Program.Finished listed = InProcess.run(folder, "runs");

        assertThat(listed.out()).contains("whole", "succeeded", "faces.csv");
        assertThat(listed.status()).isZero();
        assertThat(InProcess.run(folder, "runs", "--output", "empty").out())
                .isEqualTo("There are no runs in empty; ./submit.sh train makes one\n");
    }

    @Test
    void wrongUsageEndsWithOneLineAndTwo() throws Exception {
        refused(
                2,
                "error: train.epochs = -1 (--set) cannot be used: it must be a whole number from 1 to 100000; "
                        + "correct it there, or add --set train.epochs=...\n",
                "train",
                "--set",
                "train.epochs=-1");
        refused(
                2,
                "error: train.epoch (--set) is no known key; the nearest is train.epochs; all are in reference.conf\n",
                "train",
                "--set",
                "train.epoch=3");
        refused(
                2,
                "error: --conf missing.conf: there is no such file; name a configuration file, such as "
                        + "conf/local.conf\n",
                "train",
                "--conf",
                "missing.conf");
        refused(
                2,
                "error: there is no command 'trian'; did you mean train or retrain? Else see ./submit.sh --help\n",
                "trian");
        refused(
                2,
                "error: run.id = whole: this run in out has ended (succeeded) and stays as it is; choose another --run-id "
                        + "(to train its model further, add --set transfer.from=out/runs/whole/model.zip)\n",
                "train",
                "--data",
                "faces.csv",
                "--run-id",
                "whole");
        refused(
                2,
                "error: --model faces.csv: no model in DL4J's format, or a damaged one; name a model.zip or a "
                        + "checkpoint of a run\n",
                "evaluate",
                "--model",
                "faces.csv",
                "--data",
                "faces.csv",
                "--split",
                "training");
        Files.writeString(folder.resolve("a-file"), "");
        Program.Finished unwritable = InProcess.run(folder, "train", "--data", "faces.csv", "--output", "a-file/out");
        assertThat(unwritable.err())
                .startsWith("error: output.uri = a-file/out cannot be used: cannot write a-file/out/runs/")
                .endsWith("check space and permissions, or choose another directory with --output\n");
        assertThat(unwritable.err().lines()).hasSize(1);
        assertThat(unwritable.status()).isEqualTo(2);
    }

    @Test
    void dataThatCannotBeUsedEndsWithOneLineAndThree() throws Exception {
        Files.writeString(folder.resolve("empty.csv"), "");
        Files.writeString(folder.resolve("other.csv"), "name,age\nbob,3\n");
        List<String> faces = new ArrayList<>(Files.readAllLines(folder.resolve("faces.csv")));
        faces.set(5, "9" + faces.get(5).substring(1));
        faces.set(9, faces.get(9).replace("Training", "Practice"));
        Files.write(folder.resolve("bad.csv"), faces);

        refused(
                3,
                "error: nowhere.csv does not exist; name the CSV (emotion,pixels,Usage) with --data\n",
                "train",
                "--data",
                "nowhere.csv",
                "--run-id",
                "nowhere");
        refused(
                3,
                "error: empty.csv is empty; expected rows of emotion,pixels,Usage as in FER2013\n",
                "train",
                "--data",
                "empty.csv",
                "--run-id",
                "empty");
        Program.Finished other = InProcess.run(folder, "train", "--data", "other.csv", "--run-id", "other");
        assertThat(other.err())
                .endsWith("error: other.csv: 2 of 2 rows (100.0 %) cannot be used (wrong number of columns: 2), "
                        + "the first in line 1, \"name,age\"; expected rows of emotion,pixels,Usage as in "
                        + "FER2013; at most 1 % may be bad: correct the file, or raise data.max-bad-fraction\n");
        assertThat(other.status()).isEqualTo(3);

        Program.Finished bad = InProcess.run(folder, "train", "--data", "bad.csv", "--run-id", "bad");
        assertThat(bad.err())
                .contains("error: bad.csv: 2 of 140 rows (1.4 %) cannot be used (emotion outside 0..6: 1, "
                        + "unknown usage: 1; labels such as \"9\"), the first in line 6, ");
        assertThat(bad.status()).isEqualTo(3);
        assertThat(Files.readAllLines(folder.resolve("out/runs/bad/rejected/rows-0001.csv")))
                .hasSize(3)
                .first()
                .isEqualTo("line,reason,text");
        JsonNode manifest = manifest("bad");
        assertThat(manifest.get("state").asText()).isEqualTo("failed");
        assertThat(manifest.get("reason").asText()).startsWith("bad.csv: 2 of 140 rows");
        assertThat(manifest.at("/data/rows").toString()).isEqualTo("{\"read\":140,\"used\":138,\"rejected\":2}");
    }

    @Test
    void trainingThatDivergesEndsWithFourAndKeepsWhatIsGood() throws Exception {
        Program.Finished diverged = train("--run-id", "diverged", "--epochs", "3", "--set", "train.learning-rate=1000");

        assertThat(diverged.err())
                .contains("error: training diverged: the loss is NaN in epoch 1, averaging round ")
                .doesNotContain("\tat ");
        assertThat(diverged.status()).isEqualTo(4);
        assertThat(manifest("diverged").get("state").asText()).isEqualTo("failed");
    }

    @Test
    void controlCEndsTheRunInOrder() throws Exception {
        // As in a terminal, with the progress bar.
        List<String> terminal = new ArrayList<>(Program.INTERRUPTIBLE);
        terminal.add("JDK_JAVA_OPTIONS=-Dnightshift.terminal.columns=100");
        Program program = Program.start(
                folder,
                terminal,
                "train",
                "--data",
                "faces.csv",
                "--run-id",
                "interrupted",
                "--epochs",
                "500",
                "--set",
                "train.patience-epochs=0",
                "--master",
                "local[2]");
        program.awaitError("epoch 1/500: loss");
        program.interrupt();
        Program.Finished interrupted = program.await();

        assertThat(interrupted.status()).isEqualTo(130);
        assertThat(interrupted.err())
                .endsWith("interrupted; go on with --resume --run-id interrupted\n")
                .doesNotContain("Exception");
        JsonNode manifest = manifest("interrupted");
        assertThat(manifest.get("state").asText()).isEqualTo("failed");
        assertThat(manifest.get("reason").asText()).isEqualTo("interrupted; go on with --resume --run-id interrupted");
        assertThat(filesIn(folder.resolve("out/runs/interrupted")))
                .contains("model.zip", "checkpoints/epoch-0001.zip")
                .noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void aDiskThatIsFullEndsWithOneLineAndOne() throws Exception {
        // A limit on the size of files fails a write in the middle, as a full disk does, without needing one.
        List<String> limited = List.of("bash", "-c", "ulimit -f 8000; exec \"$0\" \"$@\"");
        Program.Finished full = Program.start(
                        folder,
                        limited,
                        "train",
                        "--data",
                        "faces.csv",
                        "--run-id",
                        "full",
                        "--epochs",
                        "1",
                        "--master",
                        "local[1]")
                .await();

        assertThat(full.err())
                .contains("error: cannot write ")
                .contains("epoch-0001.zip: ")
                .contains("check space and permissions, or choose another directory with --output\n")
                .doesNotContain("\tat ");
        assertThat(full.status()).isEqualTo(1);
        assertThat(filesIn(folder.resolve("out/runs/full")))
                .doesNotContain("checkpoints/epoch-0001.zip", "model.zip")
                .noneMatch(name -> name.endsWith(".tmp"));
        assertThat(manifest("full").get("state").asText()).isEqualTo("failed");
    }

    private static String[] training(String... more) {
        List<String> all = new ArrayList<>(List.of("train", "--data", "faces.csv"));
        all.addAll(List.of(QUICK));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Program.Finished train(String... arguments) throws Exception {
        return InProcess.run(folder, training(arguments));
    }

    private static void refused(int status, String text, String... arguments) throws Exception {
        Program.Finished refused = InProcess.run(folder, arguments);
        assertThat(refused.err()).isEqualTo(text);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.status()).isEqualTo(status);
    }

    private static JsonNode manifest(String run) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("out/runs")
                        .resolve(run)
                        .resolve("run.json")
                        .toFile());
    }

    private static List<String> filesIn(Path run) throws IOException {
        try (Stream<Path> files = Files.walk(run)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> run.relativize(file).toString())
                    .toList();
        }
    }
}
