package io.nightshift.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Writes JSON that is safe inside a {@code <script>} element. */
final class EmbeddedJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EmbeddedJson() {}

    /**
     * Writes a value without any {@code <}: no string in it can end the element ({@code </script>}) or begin a comment
     * ({@code <!--}). JSON has {@code <} only in strings, where the escape means the same.
     */
    static String of(Object value) {
        try {
            return MAPPER.writeValueAsString(value).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns the number, or null for NaN and infinity, which JSON does not have. */
    static Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
