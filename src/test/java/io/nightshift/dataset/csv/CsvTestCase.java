package io.nightshift.dataset.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.SparkFixture;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.MiniBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Writes CSVs for the tests of this room, reads them, and compares what was read with what was written. */
abstract class CsvTestCase {
    private static final String SPLIT_SIZE = "mapreduce.input.fileinputformat.split.maxsize";

    final CsvReader reader = new CsvReader(SparkFixture.spark(), Schema.FER2013);

    @TempDir
    Path folder;

    @AfterEach
    void resetSplitSize() {
        splitSize(0);
    }

    record Face(int label, List<Integer> pixels) {}

    final Rows read(Path csv) {
        return reader.read(csv.toString());
    }

    static void splitSize(long bytes) {
        Configuration hadoop = SparkFixture.spark().hadoopConfiguration();
        if (bytes == 0) {
            hadoop.unset(SPLIT_SIZE);
        } else {
            hadoop.setLong(SPLIT_SIZE, bytes);
        }
    }

    /** Row {@code i} shows image {@code i} with emotion {@code i % 7}; the first two thirds are Training. */
    static List<String> lines(int rows) {
        List<String> lines = new ArrayList<>(List.of("emotion,pixels,Usage"));
        for (int i = 0; i < rows; i++) {
            lines.add(FerLine.of(i % 7, i, i < rows * 2 / 3 ? Split.TRAINING : Split.PUBLIC_TEST));
        }
        return lines;
    }

    final Path faces(int rows) {
        return file("faces.csv", String.join("\n", lines(rows)));
    }

    /** 30 good rows, four bad ones and five empty lines. */
    static List<String> withBadLines() {
        List<String> lines = lines(30);
        lines.add(3, "no columns");
        lines.add(10, "7," + FerLine.flat("1") + ",Training");
        lines.add(15, "");
        lines.addAll(16, List.of(" ", "\t"));
        lines.add(19, "0," + FerLine.flat("256") + ",Training");
        lines.add("");
        lines.add(38, "0," + FerLine.flat("1") + ",Test");
        lines.add("");
        return lines;
    }

    final Path file(String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    static List<MiniBatch> batches(JavaRDD<MiniBatch> batches) {
        return batches.collect().stream()
                .sorted(Comparator.comparingLong(MiniBatch::number))
                .toList();
    }

    static List<Face> images(Rows rows, Split split) {
        return images(batches(rows.examples(split, 8, 2).batches()));
    }

    static List<Face> images(List<MiniBatch> batches) {
        List<Face> faces = new ArrayList<>();
        for (MiniBatch batch : batches) {
            for (int i = 0; i < batch.size(); i++) {
                byte[] image = batch.image(i);
                faces.add(new Face(
                        batch.labels()[i],
                        IntStream.range(0, image.length)
                                .mapToObj(p -> image[p] & 0xFF)
                                .toList()));
            }
        }
        return faces;
    }

    static List<Face> images(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i ->
                        new Face(i % 7, IntStream.of(FerLine.pixels(i)).boxed().toList()))
                .toList();
    }
}
