package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.ModelContent;
import io.nightshift.QuickTraining;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data in other forms, and what two runs have in common, as users meet them. In this process. */
class DoorsIT {
    private static final String VOTES =
            "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear," + "contempt,unknown,NF";
    /** The column of votes for each label, and all of them. */
    private static final int[] COLUMN_OF_LABEL = {4, 5, 6, 1, 3, 2, 0};

    private static final int COLUMNS = 10;

    @TempDir
    private static Path folder;

    /** Two runs, one of which learns from votes; the votes of the third row are for no face. */
    @BeforeAll
    static void drawFacesAndTrain() throws IOException {
        assertThat(run("demo-data", "--output", "faces.csv", "--rows", "140", "--seed", "7")
                        .status())
                .isZero();
        List<String> votes = votes();
        votes.set(3, "Training,,0,0,0,0,0,0,0,0,0,10");
        Files.write(folder.resolve("votes.csv"), votes);
        assertThat(train("--run-id", "plain").status()).isZero();
        Program.Finished voted = train(
                "--run-id",
                "voted",
                "--set",
                "data.votes=votes.csv",
                "--set",
                "augment.flip-probability=0.5",
                "--set",
                "train.label-smoothing=0.1");
        assertThat(voted.status()).isZero();
        assertThat(voted.err())
                .contains("1 images are left out of training: they have no vote that counts (data.votes)");
        assertThat(voted.out())
                .containsPattern("It gets [0-9.]+ % ± [0-9.]+ of 14 faces right "
                        + "\\(by the majority vote [0-9.]+ % ± [0-9.]+\\); ");
    }

    @Test
    void aRunThatLearnsFromVotesReportsBothAccuracies() throws IOException {
        JsonNode evaluation = json("out/runs/voted/evaluation/private_test.json");
        assertThat(evaluation.get("majority_votes").asInt()).isEqualTo(14);
        // Ten votes for the label are a majority for the label.
        assertThat(evaluation.get("majority_vote_accuracy").asDouble())
                .isEqualTo(evaluation.get("accuracy").asDouble());
        assertThat(json("out/runs/voted/evaluation/training.json")
                        .get("examples")
                        .asInt())
                .isEqualTo(111);
        assertThat(json("out/runs/voted/run.json").at("/data/votes_sha256").asText())
                .hasSize(64);
        assertThat(json("out/runs/plain/run.json").at("/data/votes_sha256").isMissingNode())
                .isTrue();
        assertThat(Files.readString(folder.resolve("out/runs/voted/report.html")))
                .contains("(by the majority vote ", "Majority vote accuracy")
                .contains("What speaks for each class", "aria-label=\"What spoke for ");
    }

    /** Ten votes for each row's label say what the label says. */
    @Test
    void unanimousVotesGiveTheModelOfTheLabels() throws IOException {
        Files.write(folder.resolve("unanimous.csv"), votes());
        assertThat(train("--run-id", "unanimous", "--set", "data.votes=unanimous.csv")
                        .status())
                .isZero();

        assertThat(weights("unanimous")).isEqualTo(weights("plain")).isNotEqualTo(weights("voted"));
    }

    @Test
    void votesOfOtherDataAreOneLine() throws IOException {
        Files.write(folder.resolve("few.csv"), votes().subList(0, 100));
        Program.Finished few = train("--run-id", "few", "--set", "data.votes=few.csv");
        assertThat(few.err())
                .endsWith(
                        "error: few.csv has votes for 99 rows, and faces.csv has 140 rows: the votes belong to another "
                                + "file, or one of the two is not whole; name the votes of this data with data.votes\n");
        assertThat(few.status()).isEqualTo(3);

        Program.Finished hashed =
                train("--run-id", "hash", "--set", "data.votes=votes.csv", "--set", "data.split=hash");
        assertThat(hashed.err())
                .isEqualTo(
                        "error: data.votes = votes.csv is compared with the column of the splits, which data.split = "
                                + "hash does not read: set data.split = given, or leave data.votes out\n");
        assertThat(hashed.status()).isEqualTo(2);

        Files.createDirectories(folder.resolve("images"));
        Program.Finished images = run("train", "--data", "images", "--set", "data.votes=votes.csv");
        assertThat(images.err())
                .endsWith("error: data.votes = votes.csv has votes by the number of a row, and data.uri = images is a "
                        + "folder: name the CSV, or leave data.votes out\n");
        assertThat(images.status()).isEqualTo(2);
    }

    @Test
    void runsAreComparedOnTheSameRows() throws IOException {
        Program.Finished compared =
                run("runs", "compare", "plain", "voted", "--master", "local[1]", "--page", "two.html");

        assertThat(compared.status()).isZero();
        assertThat(compared.err()).doesNotContain("not trained on the same data");
        assertThat(compared.out())
                .startsWith("A  plain\nB  voted\npublic_test, 14 examples of faces.csv\n\n")
                .contains(
                        "accuracy                  ",
                        "recall\n  angry                  ",
                        "\nOnly A is right on ",
                        " (McNemar p ",
                        "\nIts loss is ",
                        "\nSettings that differ\n",
                        "  augment.flip-probability: 0 | 0.5\n",
                        "  data.votes: (empty) | votes.csv\n",
                        "\nvalidation loss, from ",
                        "  2 epochs, kept ")
                .doesNotContain("train.epochs", "data.uri");
        assertThat(compared.out().lines().map(String::length)).allMatch(length -> length <= 100);
        assertThat(Files.readString(folder.resolve("two.html")))
                .contains(
                        "<code>plain</code> and <code>voted</code>",
                        "McNemar",
                        "augment.flip-probability",
                        "<code>(empty)</code></td><td><code>votes.csv</code>");

        JsonNode json = new ObjectMapper()
                .readTree(run("runs", "compare", "plain", "voted", "--master", "local[1]", "--json")
                        .out());
        assertThat(json.at("/first/accuracy").asDouble())
                .isEqualTo(json("out/runs/plain/evaluation/public_test.json")
                        .get("accuracy")
                        .asDouble());
        assertThat(json.at("/second/recall/happy").asDouble())
                .isEqualTo(json("out/runs/voted/evaluation/public_test.json")
                        .at("/classes/3/recall")
                        .asDouble());
        assertThat(json.at("/second/epochs")).hasSize(2);
        int right = (int) Math.round(14 * json.at("/first/accuracy").asDouble());
        int rightToo = (int) Math.round(14 * json.at("/second/accuracy").asDouble());
        assertThat(json.get("only_first").asInt() - json.get("only_second").asInt())
                .isEqualTo(right - rightToo);
        assertThat(json.get("accuracy_difference").asDouble()).isEqualTo((rightToo - right) / 14.0, within(1e-9));
        assertThat(json.get("loss_difference").asDouble())
                .isEqualTo(
                        json.at("/second/loss").asDouble()
                                - json.at("/first/loss").asDouble(),
                        within(1e-6));
        assertThat(json.get("p_value").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void modelsOfSeveralSeedsAreComparedOnTheSameRows() throws IOException {
        String plain = "out/runs/plain/model.zip";
        String voted = "out/runs/voted/model.zip";
        Program.Finished pair = evaluate("--model", voted, "--against", plain);
        assertThat(pair.status()).as(pair.err()).isZero();
        assertThat(pair.out())
                .startsWith("public_test, 14 examples\n")
                .containsPattern("model +[0-9.]+ % ± [0-9.]+ .*out/runs/voted/model.zip")
                .containsPattern("against +[0-9.]+ % ± [0-9.]+ .*out/runs/plain/model.zip")
                .containsPattern("\nThe model is .* ± [0-9.]+ \\(McNemar p .*\\): ");

        Program.Finished several =
                evaluate("--model", voted, "--model", plain, "--against", plain, "--against", plain, "--json");
        JsonNode json = new ObjectMapper().readTree(several.out());
        assertThat(json.get("first")).hasSize(2);
        assertThat(json.at("/first/1/model_sha256").asText()).hasSize(64);
        double first = json.at("/first/0/accuracy").asDouble();
        assertThat(json.get("accuracy_difference").asDouble())
                .isEqualTo((json.at("/second/0/accuracy").asDouble() - first) / 2, within(1e-9));

        refused(
                "--model is given 2 times, and several models are only compared with others; name one, or add --against "
                        + "URI",
                "--model",
                plain,
                "--model",
                voted);
        refused(
                "--output there takes the files of one model's evaluation, and --against compares; leave one of them out, "
                        + "or use --json",
                "--model",
                plain,
                "--against",
                voted,
                "--output",
                "there");
        refused(
                "--against none.zip: there is no such file; a run's best model is <output>/runs/<run-id>/model.zip",
                "--model",
                plain,
                "--against",
                "none.zip");
    }

    private static Program.Finished evaluate(String... more) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("evaluate", "--data", "faces.csv", "--split", "public_test", "--master", "local[1]"));
        all.addAll(Arrays.asList(more));
        return run(all.toArray(String[]::new));
    }

    private static void refused(String line, String... more) throws IOException {
        Program.Finished refused = evaluate(more);
        assertThat(refused.err()).endsWith("error: " + line + "\n");
        assertThat(refused.status()).isEqualTo(2);
    }

    /** What one run kept for its test the other may have learned by heart. */
    @Test
    void aRunOfOtherRowsIsNamed() throws IOException {
        assertThat(train("--run-id", "hashed", "--set", "data.split=hash").status())
                .isZero();

        assertThat(run("runs", "compare", "plain", "hashed", "--master", "local[1]")
                        .err())
                .endsWith(
                        "The runs were not trained on the same data, or not divided alike: hashed may have been trained "
                                + "on these rows\n");
    }

    @Test
    void runsThatCannotBeComparedAreOneLine() throws IOException {
        assertRefused(
                "error: there is no run monday in out; ./submit.sh runs lists those that there are\n",
                "plain",
                "monday");
        Path failed = Files.createDirectories(folder.resolve("out/runs/failed"));
        Files.writeString(
                failed.resolve("run.json"),
                Files.readString(folder.resolve("out/runs/plain/run.json"))
                        .replace("\"plain\"", "\"failed\"")
                        .replaceFirst("(?s)\"training\" : \\{.*?},", "")
                        .replace("\"succeeded\"", "\"failed\", \"reason\" : \"no space\""));
        assertRefused(
                "error: run failed has no model to compare (failed: no space); name a run that has ended well\n",
                "plain",
                "failed");
        assertRefused(
                "error: --split test: there is no such split; choose training, public_test or private_test\n",
                "plain",
                "voted",
                "--split",
                "test");
        Program.Finished gone = run("runs", "compare", "plain", "voted", "--data", "gone.csv");
        assertThat(gone.err())
                .endsWith("error: gone.csv does not exist; name the CSV (emotion,pixels,Usage) with --data\n");
        assertThat(gone.status()).isEqualTo(3);
    }

    @Test
    void theListOfRunsIsJsonToo() throws IOException {
        JsonNode listing = new ObjectMapper().readTree(run("runs", "--json").out());
        assertThat(listing.get("champion").isNull()).isTrue();
        assertThat(listing.get("runs").findValuesAsText("run_id")).contains("plain", "voted");
    }

    /** The commands of docs/faces.md on rows in the form of the public CSV of ages. */
    @Test
    void agesAndGendersTrainByConfigurationAlone() throws IOException {
        List<String> faces = Files.readAllLines(folder.resolve("faces.csv"));
        List<String> people = new ArrayList<>(List.of("age,ethnicity,gender,img_name,pixels"));
        for (int i = 1; i < faces.size(); i++) {
            people.add((i * 7 % 90) + "," + i % 5 + "," + i % 2 + ",face" + i + ".jpg,"
                    + faces.get(i).split(",")[1]);
        }
        Files.write(folder.resolve("age_gender.csv"), people);
        Files.write(
                folder.resolve("small.zip"),
                TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small"))
                        .bytes());

        Program.Finished ages =
                people("ages", "--set", "data.label-column=age", "--set", "data.label-bins=0,13,20,35,50,65");
        assertThat(ages.status()).as(ages.err()).isZero();
        assertThat(json("out/runs/ages/evaluation/training.json").findValuesAsText("name"))
                .containsExactly("0-12", "13-19", "20-34", "35-49", "50-64", "65+");
        Program.Finished genders =
                people("genders", "--set", "data.label-column=gender", "--set", "data.classes=male,female");
        assertThat(genders.status()).as(genders.err()).isZero();
        assertThat(json("out/runs/genders/run.json").at("/data/rows/used").asInt())
                .isEqualTo(140);

        Program.Finished compared = run("runs", "compare", "ages", "genders");
        assertThat(compared.err())
                .endsWith("error: run ages knows the classes 0-12,13-19,20-34,35-49,50-64,65+, and run genders "
                        + "male,female: they have no accuracy in common; name runs with the same classes\n");
        assertThat(compared.status()).isEqualTo(2);
    }

    private static Program.Finished people(String runId, String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of("--run-id", runId, "--data", "age_gender.csv"));
        all.addAll(List.of("--set", "data.split=hash", "--set", "transfer.replace-head=true"));
        all.addAll(List.of("--set", "transfer.from=small.zip"));
        all.addAll(List.of(more));
        return train(all.toArray(String[]::new));
    }

    private static void assertRefused(String line, String... arguments) throws IOException {
        Program.Finished refused = run(Stream.concat(Stream.of("runs", "compare"), Arrays.stream(arguments))
                .toArray(String[]::new));
        assertThat(refused.err()).isEqualTo(line);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.status()).isEqualTo(2);
    }

    private static Program.Finished train(String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of("train", "--epochs", "2"));
        if (!List.of(more).contains("--data")) {
            all.addAll(List.of("--data", "faces.csv"));
        }
        all.addAll(QuickTraining.options(folder));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private static Program.Finished run(String... arguments) throws IOException {
        return InProcess.run(folder, arguments);
    }

    /** Ten votes for the label of each row. */
    private static List<String> votes() throws IOException {
        List<String> faces = Files.readAllLines(folder.resolve("faces.csv"));
        List<String> votes = new ArrayList<>(List.of(VOTES));
        for (String face : faces.subList(1, faces.size())) {
            String[] fields = face.split(",");
            String[] counts = new String[COLUMNS];
            Arrays.fill(counts, "0");
            counts[COLUMN_OF_LABEL[Integer.parseInt(fields[0])]] = "10";
            votes.add(fields[2] + ",face.png," + String.join(",", counts));
        }
        return votes;
    }

    private static String weights(String run) throws IOException {
        return ModelContent.of(folder.resolve("out/runs/" + run + "/checkpoints/epoch-0002.zip"))
                .get("coefficients.bin");
    }

    private static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(file).toFile());
    }
}
