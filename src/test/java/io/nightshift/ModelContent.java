package io.nightshift;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Reads what equal trainings must have in common, bit for bit, of a {@code model.zip}: each entry, with the card's
 * provenance cut down to the measured accuracies. Run, time and data's name differ from run to run.
 */
public final class ModelContent {
    private ModelContent() {}

    public static Map<String, String> of(Path file) throws IOException {
        return of(Files.readAllBytes(file));
    }

    /** Returns the entries in the order of the zip, as text with a character per byte. */
    public static Map<String, String> of(byte[] model) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(model))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readAllBytes();
                entries.put(
                        entry.getName(),
                        entry.getName().equals("nightshift.json")
                                ? withoutRun(content)
                                : new String(content, ISO_8859_1));
            }
        }
        return entries;
    }

    private static String withoutRun(byte[] card) throws IOException {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(new String(card, UTF_8));
        ObjectNode provenance = (ObjectNode) json.get("provenance");
        if (provenance != null) {
            provenance.retain("measured");
        }
        return json.toString();
    }
}
