package io.nightshift.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/**
 * Sums up what {@code score} wrote, whatever its format: equal rows give equal lines. Argument: the output folder.
 */
public final class ScoredRows {
    private long rows;
    private long errors;
    /** Of paths and labels, whatever their order. */
    private long hash;

    private final Map<String, Double> sums = new TreeMap<>();

    private ScoredRows() {}

    public static void main(String[] arguments) throws IOException {
        ScoredRows sum = new ScoredRows();
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            List<Path> parts = files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList();
            for (Path part : parts) {
                if (part.toString().endsWith(".parquet")) {
                    sum.addParquet(part);
                } else {
                    sum.addLines(part);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%d rows, %d errors, hash %x, sums %s%n", sum.rows, sum.errors, sum.hash, sum.sums);
    }

    private void addLines(Path part) throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = Files.newBufferedReader(part)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode row = json.readTree(line);
                if (row.has("error")) {
                    addError(row.get("path").asText(), row.get("error").asText());
                } else {
                    add(row.get("path").asText(), row.get("label").asText());
                    row.get("scores").fields().forEachRemaining(score -> addScore(score.getKey(), (float)
                            score.getValue().asDouble()));
                }
            }
        }
    }

    private void addParquet(Path part) throws IOException {
        try (ParquetReader<Group> reader = ParquetReader.builder(
                        new GroupReadSupport(), new org.apache.hadoop.fs.Path(part.toUri()))
                .build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                if (row.getFieldRepetitionCount("error") > 0) {
                    addError(row.getString("path", 0), row.getString("error", 0));
                } else {
                    add(row.getString("path", 0), row.getString("label", 0));
                    Group scores = row.getGroup("scores", 0);
                    for (int i = 0; i < scores.getFieldRepetitionCount("key_value"); i++) {
                        Group score = scores.getGroup("key_value", i);
                        addScore(score.getString("key", 0), score.getFloat("value", 0));
                    }
                }
            }
        }
    }

    private void addError(String path, String error) {
        errors++;
        add(path, error);
    }

    private void add(String path, String label) {
        rows++;
        hash += (path + "\n" + label).hashCode();
    }

    private void addScore(String name, float score) {
        sums.merge(name, (double) score, Double::sum);
    }
}
