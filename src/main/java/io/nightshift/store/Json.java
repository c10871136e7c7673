package io.nightshift.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Records as JSON files for people and programs: indented, unknown fields passed over, so that files may grow. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Json() {}

    /** A record's file content, in UTF-8, with a line end at the end. */
    public static byte[] bytes(Object record) {
        try {
            return (MAPPER.writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(record.getClass() + " cannot be written as JSON", e);
        }
    }

    /** A record or map on one line, for programs that read standard output. */
    public static String line(Object record) {
        try {
            return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(record.getClass() + " cannot be written as JSON", e);
        }
    }

    /**
     * The record that a file holds.
     *
     * @throws IOException if it is no JSON, or of another kind
     */
    public static <T> T read(byte[] content, Class<T> type) throws IOException {
        return MAPPER.readValue(content, type);
    }
}
