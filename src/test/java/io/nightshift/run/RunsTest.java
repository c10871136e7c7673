package io.nightshift.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.run.Manifest.State;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunsTest {
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    private Path output;

    private Runs runs;

    @BeforeEach
    void open() {
        runs = new Runs(new Storage(new Configuration()), output.toString());
    }

    private static Manifest started(String runId) {
        return Manifest.builder()
                .runId(runId)
                .command("train")
                .start("2025-01-31T02:00:00Z")
                .program(new Manifest.Program("0.1.0", "abc1234"))
                .versions(new Manifest.Versions("17.0.15", "3.5.9", "1.0.0-M2.1"))
                .backend("cpu")
                .master("local[2]")
                .seed(1)
                .build();
    }

    private static Manifest ended(String runId) {
        return started(runId).toBuilder()
                .data(new Manifest.Data(
                        "faces.csv",
                        300,
                        EMPTY_SHA256,
                        new Manifest.Rows(10, 9, 1),
                        Map.of("training", 7L, "public_test", 1L, "private_test", 1L),
                        Map.of("unknown usage", 1L),
                        Map.of("training", List.of(7L, 0L, 0L, 0L, 0L, 0L, 0L)),
                        0.5,
                        0.25,
                        null))
                .training(new Manifest.Training(5, 4, BestBy.LOSS, 1.2, 0.5, null, null))
                .build()
                .in(State.SUCCEEDED, null, Instant.parse("2025-01-31T03:04:05.678Z"));
    }

    private JsonNode json(String runId) throws IOException {
        return new ObjectMapper()
                .readTree(output.resolve("runs")
                        .resolve(runId)
                        .resolve("run.json")
                        .toFile());
    }

    @Test
    void theManifestHasTheNamesOfTheContract() throws IOException {
        Run run = runs.create("one");
        run.writeMetrics(List.of());
        run.writeManifest(ended("one"));
        JsonNode json = json("one");
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "run_id",
                        "command",
                        "state",
                        "start",
                        "end",
                        "program",
                        "versions",
                        "backend",
                        "master",
                        "seed",
                        "data",
                        "training",
                        "files");
        assertThat(json.get("run_id").asText()).isEqualTo("one");
        assertThat(json.get("state").asText()).isEqualTo("succeeded");
        assertThat(json.get("start").asText()).isEqualTo("2025-01-31T02:00:00Z");
        assertThat(json.get("end").asText()).isEqualTo("2025-01-31T03:04:05Z");
        assertThat(json.get("program").fieldNames()).toIterable().containsExactly("version", "commit");
        assertThat(json.get("versions").fieldNames()).toIterable().containsExactly("java", "spark", "dl4j");
        assertThat(json.get("data").fieldNames())
                .toIterable()
                .containsExactly(
                        "uri",
                        "bytes",
                        "sha256",
                        "rows",
                        "used_by_split",
                        "rejected_by_reason",
                        "classes_by_split",
                        "pixel_mean",
                        "pixel_deviation");
        assertThat(json.at("/data/rows").fieldNames()).toIterable().containsExactly("read", "used", "rejected");
        assertThat(json.at("/data/used_by_split").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("training", "public_test", "private_test");
        assertThat(json.at("/data/rejected_by_reason/unknown usage").asLong()).isEqualTo(1);
        assertThat(json.get("training").fieldNames())
                .toIterable()
                .containsExactly("epochs", "best_epoch", "best_by", "validation_loss", "validation_accuracy");
        assertThat(json.at("/files/0").fieldNames()).toIterable().containsExactly("path", "bytes", "sha256");
    }

    @Test
    void aRunningRunHasNoEnd() throws IOException {
        runs.create("one").writeManifest(started("one"));
        assertThat(json("one").fieldNames())
                .toIterable()
                .containsExactly(
                        "run_id",
                        "command",
                        "state",
                        "start",
                        "program",
                        "versions",
                        "backend",
                        "master",
                        "seed",
                        "files");
        assertThat(json("one").get("state").asText()).isEqualTo("running");
    }

    @Test
    void everyStateIsWrittenInLowerCaseAndReadBack() throws IOException {
        for (State state : State.values()) {
            Manifest manifest = started("one").in(state, "because", Instant.EPOCH);
            runs.create("one").writeManifest(manifest);
            assertThat(json("one").get("state").asText()).isEqualTo(state.name().toLowerCase(Locale.ROOT));
            assertThat(runs.manifest("one")).contains(manifest);
        }
    }

    @Test
    void theManifestListsTheFilesThatWereWritten() throws IOException {
        Run run = runs.create("one");
        run.writeReport("<html>");
        run.writeCheckpoint(1, new byte[] {1, 2});
        run.writeCheckpoint(1, new byte[] {1, 2, 3});
        run.writeManifest(ended("one"));
        Manifest read = runs.manifest("one").orElseThrow();
        assertThat(read).isEqualTo(run.manifest());
        assertThat(read.files())
                .extracting(StoredFile::path)
                .containsExactly("checkpoints/epoch-0001.zip", "report.html");
        for (StoredFile file : read.files()) {
            byte[] content = Files.readAllBytes(output.resolve("runs/one").resolve(file.path()));
            assertThat(file.bytes()).isEqualTo(content.length);
            assertThat(file.sha256()).isEqualTo(Storage.sha256(content));
        }
        assertThat(run.wholeCheckpoint(1)).contains(new byte[] {1, 2, 3});
    }

    @Test
    void aResumedRunKeepsItsEarlierFiles() {
        Run first = runs.create("one");
        first.writeCheckpoint(1, new byte[1]);
        first.writeManifest(started("one"));
        Run second = runs.of(runs.manifest("one").orElseThrow());
        second.writeCheckpoint(2, new byte[1]);
        second.writeManifest(ended("one"));
        assertThat(runs.manifest("one").orElseThrow().files())
                .extracting(StoredFile::path)
                .containsExactly("checkpoints/epoch-0001.zip", "checkpoints/epoch-0002.zip");
    }

    @Test
    void listsRunsByNameAndSkipsOtherFolders() throws IOException {
        assertThat(runs.all()).isEmpty();
        runs.create("2025-b").writeManifest(ended("2025-b"));
        runs.create("2025-a").writeManifest(started("2025-a"));
        Files.createDirectories(output.resolve("runs/2024-without-manifest/checkpoints"));
        Files.writeString(output.resolve("runs/notes.txt"), "a file");
        assertThat(runs.all()).extracting(Manifest::runId).containsExactly("2025-a", "2025-b");
        assertThat(runs.manifest("2026")).isEmpty();
    }

    @Test
    void ignoresFieldsOfLaterVersions() throws IOException {
        runs.create("one").writeManifest(started("one"));
        Path file = output.resolve("runs/one/run.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"later\": {\"a\": 1},"));
        assertThat(runs.manifest("one")).contains(started("one"));
    }

    @Test
    void aDamagedManifestDoesNotHideOtherRuns() throws IOException {
        runs.create("two").writeManifest(started("two"));
        Path file = Files.createDirectories(output.resolve("runs/one")).resolve("run.json");
        Files.write(file, "{\"run_id\": ".getBytes(UTF_8));
        String damage = "cannot understand " + file + ": it is no manifest of a run, or damaged; move the folder away";
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> runs.manifest("one"))
                .withMessage(damage);
        assertThat(runs.all()).extracting(Manifest::runId).containsExactly("one", "two");
        assertThat(runs.all()).extracting(Manifest::reason).containsExactly(damage, null);
    }

    @Test
    void aCheckpointWithAnotherChecksumIsIgnored() throws IOException {
        Run run = runs.create("one");
        run.writeCheckpoint(1, new byte[] {1, 2, 3});
        run.writeCheckpoint(2, new byte[] {4, 5, 6});
        run.writeManifest(started("one"));
        Files.write(output.resolve("runs/one/checkpoints/epoch-0001.zip"), new byte[] {1, 2});
        // Written by a process that died before it said so in the manifest.
        Files.write(output.resolve("runs/one/checkpoints/epoch-0003.zip"), new byte[] {7});

        Run again = runs.of(runs.manifest("one").orElseThrow());
        assertThat(again.wholeCheckpoint(1)).isEmpty();
        assertThat(again.wholeCheckpoint(2)).contains(new byte[] {4, 5, 6});
        assertThat(again.wholeCheckpoint(3)).isEmpty();
    }

    @Test
    void aDamagedModelIsReported() throws IOException {
        Run run = runs.create("one");
        run.writeModel(new byte[] {1, 2, 3});
        Files.write(output.resolve("runs/one/model.zip"), new byte[] {1, 2});
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(run::readModel)
                .withMessage(output
                        + "/runs/one/model.zip is missing or damaged: it is not the file that " + output
                        + "/runs/one/run.json has "
                        + "written down (SHA-256 " + Storage.sha256(new byte[] {1, 2, 3}) + "); restore it");
    }

    @Test
    void aDeletedRunLeavesNothing() {
        Run run = runs.create("one");
        run.writeCheckpoint(1, new byte[1]);
        run.writeManifest(started("one"));
        runs.create("two").writeManifest(started("two"));
        runs.of(runs.manifest("one").orElseThrow()).delete();
        assertThat(output.resolve("runs/one")).doesNotExist();
        assertThat(runs.all()).extracting(Manifest::runId).containsExactly("two");
    }

    /** A manifest names files that are deleted with its run, and later read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"run_id\" : \"one\" | \"run_id\" : \"two\"",
                "\"run_id\" : \"one\" | \"run_id\" : \"../../one\"",
                "\"state\" : \"running\" | \"state\" : null",
                "\"start\" : \"20 | \"start\" : \"x20",
                "\"path\" : \"model.zip\" | \"path\" : \"../../../secret\"",
                "\"path\" : \"model.zip\" | \"path\" : \"/etc/passwd\"",
                "\"path\" : \"model.zip\" | \"path\" : null"
            })
    void aManifestThatNamesOtherFilesOrLacksSomethingIsDamaged(String written, String instead) throws IOException {
        Run run = runs.create("one");
        run.writeModel(new byte[1]);
        run.writeManifest(started("one"));
        Path file = output.resolve("runs/one/run.json");
        assertThat(Files.readString(file)).contains(written);
        Files.writeString(file, Files.readString(file).replace(written, instead));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> runs.manifest("one"))
                .withMessage(
                        "cannot understand " + file + ": it is no manifest of a run, or damaged; move the folder away");
        assertThat(runs.oldestFirst()).isEmpty();
    }
}
