package io.nightshift.job.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.retraining.Champions;
import io.nightshift.run.Runs;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Json;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputRunsTest {
    @TempDir
    private Path output;

    private Champions champions;
    private Runs runs;
    private OutputRuns shown;

    @BeforeEach
    void open() {
        champions = new Champions(new ConditionalWrites(new Configuration()), output.toString());
        runs = new Runs(new Storage(new Configuration()), output.toString());
        shown = new OutputRuns(runs, champions, Duration.ZERO);
    }

    private static JsonNode json(Object fields) throws IOException {
        return new ObjectMapper().readTree(Json.bytes(fields));
    }

    @Test
    void anEmptyDirectoryHasNoRuns() throws IOException {
        assertThat(json(shown.all()).toString()).isEqualTo("{\"champion\":null,\"history\":[],\"runs\":[]}");
        assertThat(shown.run("none")).isEmpty();
        assertThat(shown.report("none")).isEmpty();
    }

    @Test
    void runsComeWithTheirCurvesEvaluationsAndReport() throws IOException {
        FinishedRun.promoted(runs, champions, "first", 1);
        FinishedRun.promoted(runs, champions, "second", 2);
        JsonNode all = json(shown.all());
        assertThat(all.get("champion").asText()).isEqualTo("second");
        assertThat(all.at("/history/1/before").asText()).isEqualTo("first");
        assertThat(all.at("/runs/0").toString())
                .isEqualTo("{\"run_id\":\"first\",\"state\":\"succeeded\",\"command\":\"retrain\","
                        + "\"start\":\"2025-01-01T02:00:00Z\",\"training\":{\"epochs\":2,\"best_epoch\":2,\"best_by\":\"loss\","
                        + "\"validation_loss\":1.375,\"validation_accuracy\":0.5},\"verdict\":{\"promoted\":true,"
                        + "\"reasons\":[\"better\"]},\"report\":true}");
        JsonNode first = json(shown.run("first").orElseThrow());
        assertThat(first.get("epochs").toString())
                .isEqualTo("[{\"epoch\":1,\"train_loss\":1.5,\"learning_rate\":0.001},{\"epoch\":2,\"train_loss\":1.25,"
                        + "\"validation_loss\":1.375,\"validation_accuracy\":0.5,\"learning_rate\":0.001}]");
        assertThat(first.get("evaluations").toString()).isEqualTo("[{\"split\":\"public_test\",\"accuracy\":0.5}]");
        assertThat(shown.report("first").map(report -> new String(report, UTF_8)))
                .hasValue("<!doctype html><title>first</title>");
    }

    @Test
    void aNameThatLeadsElsewhereIsNoRun() throws IOException {
        FinishedRun.promoted(runs, champions, "first", 1);
        Files.createDirectories(output.resolve("other"));
        Files.copy(output.resolve("runs/first/run.json"), output.resolve("other/run.json"));
        for (String name : new String[] {"../other", "first/../first", "", ".", "..", "first/", "file:///etc"}) {
            assertThat(shown.run(name)).as(name).isEmpty();
            assertThat(shown.report(name)).as(name).isEmpty();
        }
    }

    @Test
    void aReportThatWasChangedIsNotShown() throws IOException {
        FinishedRun.promoted(runs, champions, "first", 1);
        Files.writeString(output.resolve("runs/first/report.html"), "<script>");
        assertThat(shown.report("first")).isEmpty();
    }

    @Test
    void theListIsGivenOutAgainForAWhile() {
        OutputRuns kept = new OutputRuns(runs, champions, Duration.ofHours(1));
        Object before = kept.all();
        FinishedRun.promoted(runs, champions, "first", 1);
        assertThat(kept.all()).isSameAs(before);
        assertThat(shown.all()).isNotEqualTo(before);
    }
}
