package io.nightshift.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON that can stand inside a {@code <script>} element. */
final class EmbeddedJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EmbeddedJson() {}

    /**
     * The value as JSON without a {@code <}: no string in it can end the element ({@code </script>}) or begin a comment
     * ({@code <!--}). JSON has {@code <} in strings only, where the escape means the same.
     */
    static String of(Object value) {
        try {
            return MAPPER.writeValueAsString(value).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The number, or null for what JSON has no number for: NaN and the infinities. */
    static Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
