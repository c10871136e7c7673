package io.nightshift.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes and reads records as JSON: indented, in UTF-8. Reading skips unknown fields, because later versions may add
 * some.
 */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final ObjectWriter LINE_WRITER = MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** Writes a record as the content of a file, which ends with a line end. */
    public static byte[] bytes(Object record) {
        try {
            return (MAPPER.writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(record.getClass() + " cannot be written as JSON", e);
        }
    }

    /** Writes a record or map on one line, for programs that read standard output. */
    public static String line(Object record) {
        try {
            return LINE_WRITER.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(record.getClass() + " cannot be written as JSON", e);
        }
    }

    /**
     * Reads a record from the content of a file.
     *
     * @throws IOException if it is no JSON, {@code null}, or does not fit the record
     */
    public static <T> T read(byte[] content, Class<T> type) throws IOException {
        T record = MAPPER.readValue(content, type);
        if (record == null) {
            throw new IOException("it holds null");
        }
        return record;
    }
}
