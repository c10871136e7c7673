package io.nightshift.retraining;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChampionsTest {
    private static final Instant NOW = Instant.parse("2025-01-31T03:00:00.5Z");

    @TempDir
    private Path output;

    private Champions champions;
    private Runs runs;

    @BeforeEach
    void open() {
        champions = new Champions(new ConditionalWrites(new Configuration()), output.toString());
        runs = new Runs(new Storage(new Configuration()), output.toString());
    }

    private Run run(String name) {
        Run run = runs.create(name);
        run.writeModel(name.getBytes(UTF_8));
        return run;
    }

    private boolean promote(ChampionSnapshot snapshot, String name, String by) {
        Run run = run(name);
        return champions.replace(snapshot, run, by, "because", 0, NOW);
    }

    @Test
    void theFileNamesTheRunItsModelAndAllPromotions() throws IOException {
        assertThat(champions.read().current()).isEmpty();
        assertThat(promote(champions.read(), "a", "retrain")).isTrue();
        assertThat(promote(champions.read(), "b", "runs promote")).isTrue();

        JsonNode json =
                new ObjectMapper().readTree(output.resolve("champion.json").toFile());
        assertThat(json.fieldNames()).toIterable().containsExactly("run_id", "model", "bytes", "sha256", "history");
        assertThat(json.get("run_id").asText()).isEqualTo("b");
        assertThat(json.get("model").asText()).isEqualTo(output + "/runs/b/model.zip");
        assertThat(json.get("sha256").asText()).isEqualTo(Storage.sha256("b".getBytes(UTF_8)));
        assertThat(json.at("/history/0").toString())
                .isEqualTo("{\"run_id\":\"a\",\"by\":\"retrain\",\"reason\":\"because\","
                        + "\"time\":\"2025-01-31T03:00:00Z\",\"spent\":0.0}");
        assertThat(json.at("/history/1/before").asText()).isEqualTo("a");
        assertThat(champions.readOrFail().champion().runId()).isEqualTo("b");
    }

    @Test
    void aPromotionBasedOnAnotherChampionChangesNothing() {
        ChampionSnapshot none = champions.read();
        assertThat(promote(none, "a", "retrain")).isTrue();
        assertThat(promote(none, "b", "retrain")).isFalse();
        ChampionSnapshot a = champions.read();
        assertThat(promote(a, "b", "retrain")).isTrue();
        assertThat(promote(a, "c", "retrain")).isFalse();
        assertThat(champions.read().champion().runId()).isEqualTo("b");
    }

    @Test
    void aSecondRollbackGoesBackFurther() {
        promote(champions.read(), "a", "retrain");
        promote(champions.read(), "b", "retrain");
        promote(champions.read(), "c", "retrain");
        assertThat(champions.read().champion().predecessor()).contains("b");
        promote(champions.read(), "b", Promotion.ROLLBACK);
        assertThat(champions.read().champion().predecessor()).contains("a");
        promote(champions.read(), "a", Promotion.ROLLBACK);
        assertThat(champions.read().champion().predecessor()).isEmpty();
        promote(champions.read(), "d", "retrain");
        assertThat(champions.read().champion().predecessor()).contains("a");
    }

    @Test
    void aDamagedFileIsNamedAndCanBeReplaced() throws IOException {
        for (String content : new String[] {"{\"run_id\": ", "{}", "[]", ""}) {
            Files.writeString(output.resolve("champion.json"), content);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(champions::readOrFail)
                    .withMessage(output
                            + "/champion.json cannot be understood: it is damaged, or no file of this program; "
                            + "name a champion with: ./submit.sh runs promote RUN --output " + output);
            ChampionSnapshot damaged = champions.read();
            assertThat(damaged.damaged()).isTrue();
            assertThat(promote(damaged, "a", "runs promote")).isTrue();
            assertThat(champions.readOrFail().champion().runId()).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "{\"run_id\": \"a\", \"sha256\": \"0\"}",
                "{\"run_id\": \"a\", \"sha256\": \"0\", \"history\": [null]}",
                "{\"run_id\": \"a\", \"sha256\": \"0\", \"history\": [{\"run_id\": \"a\"}]}",
                "{\"run_id\": \"../a\", \"sha256\": \"0\", \"model\": \"m\", \"history\": []}"
            })
    void aFileThatLacksSomethingIsDamaged(String json) throws IOException {
        Files.writeString(output.resolve("champion.json"), json);
        assertThat(champions.read().damaged()).isTrue();
        assertThat(champions.read().current()).isEmpty();
    }
}
