package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.QuickTraining;
import io.nightshift.cli.Program.Finished;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.model.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recipe that is fitted again on the validation rows too. In this process. */
class RefitIT {
    @TempDir
    private static Path folder;

    private static List<String> quick;

    @BeforeAll
    static void refit() throws IOException {
        quick = QuickTraining.options(folder);
        Path faces = folder.resolve("faces.csv");
        PatternFaces.of(1, 10, 5).write(faces);
        Files.writeString(
                folder.resolve("relabelled.csv"), Files.readString(faces).replace("PublicTest", "Training"));
        Finished refit = train("faces.csv", "refit", "--set", "train.refit=true");
        assertThat(refit.status()).as(refit.err()).isZero();
        assertThat(refit.err())
                .contains(
                        "35 rows of public_test are trained on too (train.refit): nothing is validated, the last epoch "
                                + "is kept, and no temperature is fitted")
                .doesNotContain("validation accuracy", "best so far");
        assertThat(refit.out())
                .contains(
                        "refit    trained on public_test too",
                        "the model of epoch 2 is kept",
                        "It has never seen them.")
                .contains("--split private_test");
    }

    private static Finished train(String data, String run, String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of("train", "--data", data, "--run-id", run, "--epochs", "2"));
        all.addAll(quick);
        all.addAll(List.of("--set", "train.patience-epochs=0"));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private static Finished run(String... arguments) throws IOException {
        return InProcess.run(folder, arguments);
    }

    private static TrainedModel model(String file) throws IOException {
        return TrainedModel.read(Files.readAllBytes(folder.resolve(file)));
    }

    private static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(file).toFile());
    }

    @Test
    void itIsTheTrainingOfAFileThatHasTheValidationRowsInTraining() throws IOException {
        Finished relabelled = train("relabelled.csv", "relabelled");
        assertThat(relabelled.status()).as(relabelled.err()).isZero();
        TrainedModel refit = model("out/runs/refit/model.zip");
        TrainedModel same = model("out/runs/relabelled/model.zip");

        assertThat(refit.network().params()).isEqualTo(same.network().params());
        assertThat(refit.card().temperature()).isEqualTo(1);
        assertThat(refit.card().isRefit()).isTrue();
        assertThat(same.card().isRefit()).isFalse();
        assertThat(model("out/runs/refit/checkpoints/epoch-0001.zip").card().isRefit())
                .isTrue();
    }

    @Test
    void nothingIsSaidOfPublicTest() throws IOException {
        JsonNode training = json("out/runs/refit/run.json").get("training");
        assertThat(training.get("refit").asBoolean()).isTrue();
        assertThat(training.get("best_by").asText()).isEqualTo("last");
        assertThat(training.has("validation_accuracy")).isFalse();
        assertThat(folder.resolve("out/runs/refit/evaluation/public_test.json")).doesNotExist();
        assertThat(json("out/runs/refit/evaluation/private_test.json")
                        .get("model_refit")
                        .asBoolean())
                .isTrue();
        assertThat(json("out/runs/refit/evaluation/training.json")
                        .get("examples")
                        .asInt())
                .isEqualTo(105);
        assertThat(Files.readString(folder.resolve("out/runs/refit/report.html")))
                .contains("trained on public test too");
    }

    @Test
    void anEvaluationOnTheRowsThatItWasTrainedOnSaysSo() throws IOException {
        String careful =
                "Careful: out/runs/refit/model.zip was trained on the rows of public_test (train.refit), so they "
                        + "say nothing about how it does on new faces";
        Finished evaluated = evaluate("public_test");
        assertThat(evaluated.status()).isZero();
        assertThat(evaluated.err()).contains(careful);
        assertThat(new ObjectMapper()
                        .readTree(evaluated.out())
                        .get("model_refit")
                        .asBoolean())
                .isTrue();
        assertThat(evaluate("private_test").err()).doesNotContain("Careful");
    }

    private static Finished evaluate(String split) throws IOException {
        return run(
                "evaluate",
                "--model",
                "out/runs/refit/model.zip",
                "--data",
                "faces.csv",
                "--split",
                split,
                "--json",
                "--master",
                "local[1]");
    }

    @Test
    void itCannotBeComparedNorCalibratedThere() throws IOException {
        refused(
                2,
                "train.refit = true: a model that was trained on public_test too cannot be compared with the champion "
                        + "there; refit with the command train",
                "retrain",
                "--data",
                "faces.csv",
                "--set",
                "train.refit=true",
                "--set",
                "train.patience-epochs=0");
        refused(
                2,
                "MODEL out/runs/refit/model.zip was trained on public_test too (train.refit), so an ensemble with it can "
                        + "be neither calibrated nor measured there; leave --data out",
                "ensemble",
                "--output",
                "joined.zip",
                "--data",
                "faces.csv",
                "out/runs/refit/model.zip",
                "out/runs/refit/checkpoints/epoch-0001.zip");
        refused(
                3,
                "relabelled.csv has no row with the usage PublicTest, so train.refit adds nothing to training; leave it out",
                "train",
                "--data",
                "relabelled.csv",
                "--set",
                "train.refit=true",
                "--set",
                "train.patience-epochs=0",
                "--master",
                "local[1]");
        assertThat(run("runs", "promote", "refit").status()).isZero();
        List<String> retrain = new ArrayList<>(List.of("retrain", "--data", "faces.csv"));
        retrain.addAll(quick);
        refused(
                2,
                "the champion refit was trained on public_test too (train.refit), so no model can be compared with it "
                        + "there; make another run the champion with: ./submit.sh runs promote RUN --output out",
                retrain.toArray(String[]::new));
    }

    private static void refused(int status, String line, String... arguments) throws IOException {
        Finished refused = run(arguments);
        assertThat(refused.err()).endsWith("error: " + line + "\n").doesNotContain("Exception");
        assertThat(refused.status()).isEqualTo(status);
    }
}
