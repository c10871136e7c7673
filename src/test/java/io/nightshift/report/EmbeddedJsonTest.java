package io.nightshift.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedJsonTest {
    @Test
    void keepsStringsFromEndingTheScriptThatHoldsThem() throws Exception {
        Map<String, String> evil = Map.of("a", "</script><!-- <b>\"");

        String json = EmbeddedJson.of(evil);

        assertThat(json).doesNotContain("<");
        assertThat(new ObjectMapper().readValue(json, Map.class)).isEqualTo(evil);
    }
}
