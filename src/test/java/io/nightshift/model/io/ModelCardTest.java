package io.nightshift.model.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.config.settings.TestTimeAugmentation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCardTest {
    private static final ModelProvenance PROVENANCE = new ModelProvenance(
            "monday",
            "2025-01-31T02:00:00Z",
            new ModelProvenance.Inputs("ab12", "cd34", 7L),
            new ModelProvenance.Versions("0.1.0", "abc1234", "17.0.15", "3.5.9", "1.0.0-M2.1"),
            new ModelProvenance.Measured(Map.of("public_test", 0.697), TestTimeAugmentation.TEN_CROP));

    @Test
    void theProvenanceIsWrittenAndReadAgain() throws IOException {
        ModelCard card = ModelCard.ofFer2013("compact").withTemperature(0.9).withProvenance(PROVENANCE);
        JsonNode json = new ObjectMapper().readTree(card.json());
        assertThat(json.at("/provenance/run_id").asText()).isEqualTo("monday");
        assertThat(json.at("/provenance/inputs").toString())
                .isEqualTo("{\"data_sha256\":\"ab12\",\"configuration_sha256\":\"cd34\",\"seed\":7}");
        assertThat(json.at("/provenance/measured").toString())
                .isEqualTo("{\"accuracy\":{\"public_test\":0.697},\"test_time_augmentation\":\"ten-crop\"}");

        ModelCard read = ModelCard.of(card.json());
        assertThat(read).isEqualTo(card);
        assertThat(read.runId()).contains("monday");
        assertThat(read.testTimeAugmentation()).isEqualTo(TestTimeAugmentation.TEN_CROP);
    }

    @Test
    void aModelThatWasTrainedOnPublicTestTooIsMarked() throws IOException {
        ModelCard plain = ModelCard.ofFer2013("compact").withProvenance(PROVENANCE);
        ModelCard refit = ModelCard.ofFer2013("compact").withProvenance(PROVENANCE.asRefit());
        assertThat(new ObjectMapper()
                        .readTree(refit.json())
                        .at("/provenance/refit")
                        .asBoolean())
                .isTrue();
        assertThat(ModelCard.of(refit.json()).isRefit()).isTrue();
        assertThat(plain.isRefit()).isFalse();
        assertThat(new String(plain.json(), UTF_8)).doesNotContain("refit");
        assertThat(ModelCard.ofFer2013("compact")
                        .withProvenance(ModelProvenance.ofRefit())
                        .isRefit())
                .isTrue();
    }

    @Test
    void anEnsembleIsMarkedIfOneMemberIs() {
        ModelProvenance.Member plain = new ModelProvenance.Member("ab12", "compact", "monday", null, null);
        ModelProvenance.Member refit = new ModelProvenance.Member("cd34", "compact", "tuesday", null, true);
        assertThat(ModelCard.ofFer2013("ensemble")
                        .withProvenance(PROVENANCE.withMembers(List.of(plain, refit)))
                        .isRefit())
                .isTrue();
        assertThat(ModelCard.ofFer2013("ensemble")
                        .withProvenance(PROVENANCE.withMembers(List.of(plain, plain)))
                        .isRefit())
                .isFalse();
    }

    @Test
    void aCardOfAnEarlyVersionHasNone() throws IOException {
        byte[] early =
                ("{\"classes\": [\"cat\", \"dog\"], \"input\": {\"side\": 48, \"channels\": 1, \"layout\": \"NCHW\", "
                                + "\"scale\": 0.5, \"offset\": 0}, \"temperature\": 1, \"origin\": \"compact\"}")
                        .getBytes(UTF_8);
        ModelCard card = ModelCard.of(early);
        assertThat(card.runId()).isEmpty();
        assertThat(card.testTimeAugmentation()).isEqualTo(TestTimeAugmentation.NONE);
        assertThat(new String(card.json(), UTF_8)).doesNotContain("provenance");
    }

    @Test
    void unknownPartsMayBeMissing() throws IOException {
        ModelProvenance little = new ModelProvenance(
                null, null, null, null, new ModelProvenance.Measured(null, TestTimeAugmentation.FLIP));
        ModelCard card = ModelCard.ofFer2013("compact").withProvenance(little);
        assertThat(ModelCard.of(card.json())).isEqualTo(card);
        assertThat(card.runId()).isEmpty();
        assertThat(card.testTimeAugmentation()).isEqualTo(TestTimeAugmentation.FLIP);
    }

    @Test
    void viewsOfALaterVersionAreRefused() {
        ModelProvenance measured = new ModelProvenance(
                null, null, null, null, new ModelProvenance.Measured(null, TestTimeAugmentation.FLIP));
        String json = new String(
                ModelCard.ofFer2013("compact").withProvenance(measured).json(), UTF_8);
        assertThatIOException()
                .isThrownBy(() -> ModelCard.of(json.replace("flip", "rotate").getBytes(UTF_8)));
    }
}
