package io.nightshift.bench;

import io.nightshift.SparkFixture;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.demo.DemoFaces;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/**
 * How long it takes to read, parse and count a CSV of FER2013's size: {@link CsvReader} against a reader in the way of
 * the blog, in turns in one process, so that both meet the same machine.
 */
public final class ReadBenchmark {
    /** Rows of FER2013. */
    private static final int FULL_SIZE = 35_887;

    private static final int PAIRS = 7;

    private final JavaSparkContext spark = SparkFixture.spark();
    private final String uri;

    private ReadBenchmark(String uri) {
        this.uri = uri;
    }

    /** Takes the CSV as its argument; without one it draws faces into {@code target/}. */
    public static void main(String[] arguments) throws IOException {
        Path csv = arguments.length > 0 ? Path.of(arguments[0]) : drawn();
        System.out.printf(
                Locale.ROOT,
                "%s, %.0f MB, local[2], median of %d pairs after a warm-up%n",
                csv.getFileName(),
                Files.size(csv) / 1e6,
                PAIRS);
        new ReadBenchmark(csv.toUri().toString()).run();
    }

    private static Path drawn() throws IOException {
        Path csv = Path.of("target", "bench-read-" + FULL_SIZE + ".csv");
        if (!Files.exists(csv)) {
            Path unfinished = Path.of(csv + ".part");
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                DemoFaces.writeCsv(out, FULL_SIZE, 1);
            }
            Files.move(unfinished, csv);
        }
        return csv;
    }

    private void run() {
        double firstOurs = timed(this::ours).seconds();
        timed(this::naive);
        double[] ours = new double[PAIRS];
        double[] naive = new double[PAIRS];
        long rows = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            Timed our = timed(this::ours);
            Timed other = timed(this::naive);
            if (our.rows() != other.rows()) {
                throw new IllegalStateException("rows: ours " + our.rows() + ", naive " + other.rows());
            }
            rows = our.rows();
            ours[pair] = our.seconds();
            naive[pair] = other.seconds();
            System.out.printf(Locale.ROOT, "pair %d: ours %.2f s, naive %.2f s%n", pair + 1, ours[pair], naive[pair]);
        }
        double ourMedian = median(ours);
        double naiveMedian = median(naive);
        System.out.printf(
                Locale.ROOT,
                "ours:  %.2f s, %,.0f rows/s (first read in a cold JVM: %.2f s)%n",
                ourMedian,
                rows / ourMedian,
                firstOurs);
        System.out.printf(Locale.ROOT, "naive: %.2f s, %,.0f rows/s%n", naiveMedian, rows / naiveMedian);
        System.out.printf(Locale.ROOT, "ratio: %.1f%n", naiveMedian / ourMedian);
    }

    private long ours() {
        try (Rows rows = new CsvReader(spark, Schema.FER2013).read(uri)) {
            return rows.used();
        }
    }

    /** As the blog does it, kept in memory like ours: the three usages are counted one after the other. */
    private long naive() {
        JavaRDD<Face> faces = spark.textFile(uri)
                .filter(line -> !line.startsWith("emotion"))
                .map(Face::parse)
                .persist(StorageLevel.MEMORY_AND_DISK());
        long sum = 0;
        for (Split split : Split.values()) {
            String usage = split.usage();
            sum += faces.filter(face -> face.usage().equals(usage)).count();
        }
        faces.unpersist(true);
        return sum;
    }

    private record Face(int emotion, float[] pixels, String usage) implements Serializable {
        static Face parse(String line) {
            String[] columns = line.split(",");
            String[] values = columns[1].split(" ");
            float[] pixels = new float[values.length];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = Integer.parseInt(values[i]);
            }
            return new Face(Integer.parseInt(columns[0]), pixels, columns[2]);
        }
    }

    private record Timed(long rows, double seconds) {}

    private static Timed timed(LongSupplier reading) {
        long start = System.nanoTime();
        long rows = reading.getAsLong();
        return new Timed(rows, (System.nanoTime() - start) / 1e9);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
