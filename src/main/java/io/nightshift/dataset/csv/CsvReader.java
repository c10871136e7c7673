package io.nightshift.dataset.csv;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.store.SlowStorageNotice;
import io.nightshift.store.StorageFailure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.util.LineReader;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/** Reads a CSV in the FER2013 format, on Spark, from any Hadoop file system. */
public final class CsvReader {
    static final String EXPECTED = "expected rows of emotion,pixels,Usage as in FER2013";

    private final JavaSparkContext spark;
    private final Schema schema;

    /** Reads files with these classes and images of this size. */
    public CsvReader(JavaSparkContext spark, Schema schema) {
        this.spark = spark;
        this.schema = schema;
    }

    /**
     * Reads, parses and counts the whole file. The rows stay in Spark's memory (on disk, where that is short) until
     * {@link Rows#close()}.
     *
     * @param uri the CSV, plain or with a compression that Hadoop tells by the name ({@code .gz})
     * @throws DataException if the file is missing, unreadable or empty, or its header is that of another kind of file
     */
    public Rows read(String uri) {
        Configuration hadoop = new Configuration(spark.hadoopConfiguration());
        RowFormat format = format(uri, hadoop);
        hadoop.set(RowInputFormat.FILE_KEY, uri);
        hadoop.set(RowInputFormat.FORMAT_KEY, format.encode());
        hadoop.setInt(RowInputFormat.CLASSES_KEY, schema.classes().size());
        hadoop.setInt(RowInputFormat.PIXELS_KEY, schema.pixels());
        JavaRDD<Row> lines = spark.newAPIHadoopRDD(hadoop, RowInputFormat.class, NullWritable.class, Row.class)
                .values()
                .persist(StorageLevel.MEMORY_AND_DISK());
        return new Rows(RowsDescription.ofCsv(uri), schema, lines, countParts(uri, lines, schema));
    }

    /**
     * Checks the file's first line, before Spark is started.
     *
     * @throws DataException if the file is missing, unreadable or empty, or its header is that of another kind of file
     */
    public static void requireCsv(String uri, Configuration hadoop) {
        format(uri, hadoop);
    }

    private static RowFormat format(String uri, Configuration hadoop) {
        byte[] firstLine = firstLine(uri, hadoop).orElseThrow(() -> new DataException(uri + " is empty; " + EXPECTED));
        return RowFormat.ofFirstLine(uri, firstLine);
    }

    /** Size in bytes of a file as it is stored, and its SHA-256 in hexadecimal. */
    public record Fingerprint(long bytes, String sha256) {

        /**
         * Reads the whole file.
         *
         * @throws DataException if it cannot be read
         */
        public static Fingerprint of(String uri, Configuration hadoop) {
            Path file = new Path(uri);
            try (InputStream in = file.getFileSystem(hadoop).open(file)) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] buffer = new byte[1 << 20];
                long bytes = 0;
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                    bytes += n;
                }
                return new Fingerprint(bytes, HexFormat.of().formatHex(digest.digest()));
            } catch (IOException e) {
                throw unreadable(uri, e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    private static Optional<byte[]> firstLine(String uri, Configuration hadoop) {
        try (SlowStorageNotice waiting = SlowStorageNotice.on(uri)) {
            Path file = new Path(uri);
            FileSystem files = file.getFileSystem(hadoop);
            FileStatus status = status(uri, files, file);
            if (status.isDirectory()) {
                throw new DataException(uri + " is a directory; name the CSV file in it (plain or .gz)");
            }
            try (FSDataInputStream stored = files.open(file)) {
                return status.getLen() == 0
                        ? Optional.empty()
                        : firstLine(RowInputFormat.decompressed(hadoop, file, stored));
            }
        } catch (IOException | IllegalArgumentException e) {
            // Hadoop knows no checked exception for what is no path.
            throw unreadable(uri, e);
        }
    }

    private static Optional<byte[]> firstLine(InputStream content) throws IOException {
        try (LineReader lines = new LineReader(content)) {
            Text line = new Text();
            while (lines.readLine(line, RowInputFormat.longestLine(Schema.FER2013.pixels())) > 0) {
                if (!RowParser.isBlank(line.getBytes(), line.getLength())) {
                    return Optional.of(line.copyBytes());
                }
            }
            return Optional.empty();
        }
    }

    /** Checks the file before it is opened: Java also calls a file "not found" that may not be opened. */
    private static FileStatus status(String uri, FileSystem files, Path file) throws IOException {
        try {
            return files.getFileStatus(file);
        } catch (FileNotFoundException e) {
            throw new DataException(uri + " does not exist; name the CSV (emotion,pixels,Usage) with --data", e);
        }
    }

    private static List<PartCounts> countParts(String uri, JavaRDD<Row> rows, Schema schema) {
        try {
            return rows.mapPartitions(
                            part -> List.of(PartCounts.of(part, schema)).iterator())
                    .collect();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // Scala's collect throws Spark's checked exception undeclared. What a task could not read is in its causes.
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException unread) {
                    throw unreadable(uri, unread);
                }
            }
            throw new IllegalStateException("reading " + uri + " failed on Spark", e);
        }
    }

    private static DataException unreadable(String uri, Exception e) {
        return new DataException(
                uri + " cannot be read: "
                        + StorageFailure.of(e, "check the path and the permissions, and whether the file is whole"),
                e);
    }
}
