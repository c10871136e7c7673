package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.QuickTraining;
import io.nightshift.cli.Program.Finished;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several models become one, by a command or by a training of several networks. */
class EnsembleIT {
    @TempDir
    private static Path folder;

    private static List<String> quick;
    private final byte[] images = new byte[5 * 48 * 48];

    EnsembleIT() {
        new Random(4).nextBytes(images);
    }

    @BeforeAll
    static void writeModels() throws IOException {
        quick = QuickTraining.options(folder);
        PatternFaces.of(1, 40, 10).write(folder.resolve("faces.csv"));
        PatternFaces.of(2, 40, 10).write(folder.resolve("tuesday.csv"));
        ModelCard card = ModelCard.ofFer2013("small");
        Files.write(
                folder.resolve("one.zip"),
                TrainedModel.of(Network.of(SmallNetwork.withSgd()), card.withTemperature(1.5))
                        .bytes());
        Files.write(
                folder.resolve("two.zip"),
                TrainedModel.of(
                                Network.of(SmallNetwork.residual()),
                                new ModelCard(
                                        card.classes(),
                                        new NetworkInput(48, 1, NetworkInput.Layout.NCHW, 2 / 255.0, -1),
                                        1,
                                        "residual"))
                        .bytes());
    }

    private static Finished run(String... arguments) throws IOException {
        return InProcess.run(folder, arguments);
    }

    private static Finished trained(String command, String data, String run, int epochs, String... more)
            throws IOException {
        List<String> all =
                new ArrayList<>(List.of(command, "--data", data, "--run-id", run, "--epochs", String.valueOf(epochs)));
        all.addAll(quick);
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private static TrainedModel model(String file) throws IOException {
        return TrainedModel.read(Files.readAllBytes(folder.resolve(file)));
    }

    private void assertMean(TrainedModel ensemble, TrainedModel first, TrainedModel second) {
        float[][] scores = ensemble.scores(images);
        float[][] one = first.scores(images);
        float[][] two = second.scores(images);
        for (int i = 0; i < scores.length; i++) {
            for (int k = 0; k < scores[i].length; k++) {
                assertThat(scores[i][k]).isEqualTo((one[i][k] + two[i][k]) / 2, within(2e-6f));
            }
        }
    }

    @Test
    void modelsAreJoinedAndCalibratedIfThereIsData() throws IOException {
        Finished joined = run("ensemble", "--output", "joined.zip", "one.zip", "two.zip");
        assertThat(joined.status()).as(joined.err()).isZero();
        assertThat(joined.out()).startsWith("""
                        Joined 2 models: 3,210 parameters
                          one.zip: small, temperature 1.500
                          two.zip: residual, temperature 1.000
                        Classes:     angry, disgust, fear, happy, sad, surprise, neutral
                        Views:       none
                        Temperature: 1: not calibrated; name data with --data
                        Measured:    nothing
                        """);
        assertMean(model("joined.zip"), model("one.zip"), model("two.zip"));

        Finished calibrated = run(
                "ensemble",
                "--output",
                "warm.zip",
                "--data",
                "faces.csv",
                "--master",
                "local[2]",
                "one.zip",
                "two.zip");
        assertThat(calibrated.status()).as(calibrated.err()).isZero();
        assertThat(calibrated.out()).contains("with the least loss on public_test", "on public_test (70 images)");
        ModelCard card = model("warm.zip").card();
        assertThat(card.temperature()).isNotEqualTo(1);
        assertThat(card.provenance().measured().accuracy()).containsOnlyKeys("public_test");
        assertThat(card.provenance().inputs().dataSha256()).hasSize(64);
        assertThat(card.provenance().members()).extracting("origin").containsExactly("small", "residual");
        assertThat(card.isEnsemble()).isTrue();

        Finished evaluated = run(
                "evaluate",
                "--model",
                "warm.zip",
                "--data",
                "faces.csv",
                "--split",
                "public_test",
                "--json",
                "--master",
                "local[2]");
        assertThat(new ObjectMapper().readTree(evaluated.out()).get("accuracy").asDouble())
                .isEqualTo(card.provenance().measured().accuracy().get("public_test"), within(1e-4));
    }

    @Test
    void whatCannotBeJoinedIsOneLineAndLeavesNothing() throws IOException {
        run("ensemble", "--output", "whole.zip", "one.zip", "two.zip");
        refused(
                2,
                "an ensemble has at least two members, and only one.zip is named; name two models or more",
                "one.zip");
        refused(2, "MODEL one.zip is named twice; name each member once", "one.zip", "one.zip");
        refused(
                2,
                "MODEL none.zip: there is no such file; a run's best model is <output>/runs/<run-id>/model.zip",
                "one.zip",
                "none.zip");
        refused(
                2,
                "MODEL whole.zip (ensemble of small and residual) does not end in a softmax; name networks that do, of an"
                        + " ensemble its members",
                "one.zip",
                "whole.zip");
        refused(
                2,
                "data.classes = a,b,c,d,e,f,g, and the model refused.zip knows "
                        + "angry,disgust,fear,happy,sad,surprise,neutral: leave data.classes out, or name another model",
                "one.zip",
                "two.zip",
                "--data",
                "faces.csv",
                "--set",
                "data.classes=a,b,c,d,e,f,g");
        Finished over = run("ensemble", "--output", "one.zip", "one.zip", "two.zip");
        assertThat(over.err())
                .isEqualTo("error: --output one.zip is the file that MODEL one.zip names, and would replace it; name"
                        + " another file\n");
        assertThat(over.status()).isEqualTo(2);
    }

    private static void refused(int status, String line, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("ensemble", "--output", "refused.zip"));
        all.addAll(Arrays.asList(arguments));
        Finished refused = run(all.toArray(String[]::new));
        assertThat(refused.err()).endsWith("error: " + line + "\n").doesNotContain("Exception");
        assertThat(refused.status()).isEqualTo(status);
        assertThat(folder.resolve("refused.zip")).doesNotExist();
    }

    @Test
    void aTrainingOfTwoMembersIsTheEnsembleOfTwoTrainingsAndGoesOnAfterACrash() throws IOException {
        Finished both =
                trained("train", "faces.csv", "both", 2, "--set", "train.members=2", "--set", "train.calibrate=false");
        assertThat(both.status()).as(both.err()).isZero();
        assertThat(both.err())
                .contains("Member 1 of 2, with seed 1", "epoch 2/2", "Member 2 of 2, with seed 2", "epoch 3/4");
        assertThat(both.out())
                .contains("Trained 4 epochs on faces.csv; the models of epochs ")
                .contains(" are joined.");
        trained("train", "faces.csv", "first", 2, "--set", "train.calibrate=false");
        trained("train", "faces.csv", "second", 2, "--set", "train.seed=2", "--set", "train.calibrate=false");
        TrainedModel ensemble = model("out/runs/both/model.zip");
        assertMean(ensemble, model("out/runs/first/model.zip"), model("out/runs/second/model.zip"));
        assertThat(ensemble.card().origin()).startsWith("ensemble of 2 x transfer: ");
        assertThat(ensemble.card().runId()).contains("both");
        assertThat(ensemble.card().provenance().members()).hasSize(2);

        JsonNode manifest = new ObjectMapper()
                .readTree(folder.resolve("out/runs/both/run.json").toFile());
        JsonNode evaluation = new ObjectMapper()
                .readTree(folder.resolve("out/runs/both/evaluation/public_test.json")
                        .toFile());
        assertThat(manifest.at("/training/validation_accuracy").asDouble())
                .isEqualTo(evaluation.get("accuracy").asDouble(), within(1e-4));

        // As if the process had died in the second member's last epoch.
        byte[] whole = Files.readAllBytes(folder.resolve("out/runs/both/checkpoints/epoch-0004.zip"));
        Path state = folder.resolve("out/runs/both/run.json");
        Files.writeString(state, Files.readString(state).replace("\"succeeded\"", "\"failed\""));
        Path metrics = folder.resolve("out/runs/both/metrics.csv");
        Files.write(metrics, Files.readAllLines(metrics).subList(0, 4));
        Finished resumed = trained(
                "train",
                "faces.csv",
                "both",
                2,
                "--set",
                "train.members=2",
                "--set",
                "train.calibrate=false",
                "--resume");
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.err())
                .contains("Going on after epoch 3", "epoch 4/4")
                .doesNotContain("epoch 3/4");
        assertThat(folder.resolve("out/runs/both/checkpoints/epoch-0004.zip")).hasBinaryContent(whole);
        assertThat(model("out/runs/both/model.zip").scores(images)).isEqualTo(ensemble.scores(images));
    }

    @Test
    void anEnsembleBecomesChampionAndIsComparedWithTheNextChallenger() throws IOException {
        Finished first = trained("retrain", "faces.csv", "monday", 1, "--output", "nights", "--set", "train.members=2");
        assertThat(first.out()).contains("Promoted: monday is the champion now.");
        assertThat(first.status()).isZero();

        Finished next = trained("retrain", "tuesday.csv", "tuesday", 1, "--output", "nights");
        assertThat(next.err()).contains("Starting from scratch: the champion monday is an ensemble");
        assertThat(next.out()).contains("against the champion's ", "McNemar p ");
        assertThat(next.status()).isIn(0, 5);

        Finished members =
                trained("retrain", "tuesday.csv", "wednesday", 1, "--output", "nights", "--set", "train.members=2");
        assertThat(members.err())
                .contains("Starting from scratch: 2 members with the weights of one champion would hardly differ");
        assertThat(members.status()).isIn(0, 5);
    }
}
