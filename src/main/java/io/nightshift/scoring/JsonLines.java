package io.nightshift.scoring;

import io.nightshift.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A JSON object a line, in UTF-8. */
final class JsonLines implements PartWriter {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void add(Map<String, Object> row) {
        text.append(Json.line(row)).append('\n');
    }

    @Override
    public byte[] content() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
