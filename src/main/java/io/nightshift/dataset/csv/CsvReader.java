package io.nightshift.dataset.csv;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.store.ReadableFile;
import io.nightshift.store.SlowStorageNotice;
import io.nightshift.store.StorageFailure;
import io.nightshift.store.StoragePath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
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
    /** A header and a row. */
    private static final int FIRST_LINES = 2;
    /** Of the largest images. */
    private static final int LONGEST_LINE = RowInputFormat.longestLine(1024 * 1024);
    /** More are no classes. */
    private static final int MOST_LABELS = 1_000;

    private final JavaSparkContext spark;
    private final CsvLayout layout;
    private final Schema schema;

    /** Reads files with FER2013's columns, these classes and images of this size. */
    public CsvReader(JavaSparkContext spark, Schema schema) {
        this(spark, CsvLayout.FER2013, schema);
    }

    /** Reads files with these columns, classes, and images of this size. */
    public CsvReader(JavaSparkContext spark, CsvLayout layout, Schema schema) {
        this.spark = spark;
        this.layout = layout;
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
        CsvHead head = head(uri, hadoop, layout);
        boolean words = head.isNamed() || !layout.equals(CsvLayout.FER2013);
        RowRules rules = new RowRules(head.format(), schema, layout.bins(), words, layout.hash());
        hadoop.set(RowInputFormat.FILE_KEY, uri);
        hadoop.set(RowInputFormat.RULES_KEY, rules.encode());
        JavaRDD<Row> lines = spark.newAPIHadoopRDD(hadoop, RowInputFormat.class, NullWritable.class, Row.class)
                .values()
                .persist(StorageLevel.MEMORY_AND_DISK());
        return new Rows(RowsDescription.ofCsv(uri, layout), schema, lines, countParts(uri, hadoop, lines, schema));
    }

    /**
     * Reads the file's first lines, without Spark.
     *
     * @throws DataException if the file is missing, unreadable or empty, or its header is that of another kind of file
     */
    public static CsvHead head(String uri, Configuration hadoop, CsvLayout layout) {
        List<byte[]> lines = lines(uri, hadoop, FIRST_LINES);
        if (lines.isEmpty()) {
            throw new DataException(uri + " is empty; " + layout.expected());
        }
        Compression.requireNone(uri, lines.get(0));
        RowFormat format = RowFormat.ofFirstLine(uri, lines.get(0), layout);
        RowParser parser = new RowParser(RowRules.of(format, Schema.FER2013));
        int first = format.header() ? 1 : 0;
        if (lines.size() <= first) {
            return new CsvHead(format, OptionalInt.empty(), false);
        }
        byte[] row = lines.get(first);
        int pixels = parser.pixelText(row, row.length).map(PixelText::count).orElse(0);
        int side = (int) Math.round(Math.sqrt(pixels));
        return new CsvHead(
                format,
                pixels > 0 && side * side == pixels ? OptionalInt.of(side) : OptionalInt.empty(),
                layout.bins().isEmpty()
                        && parser.labelText(row, row.length)
                                .filter(label -> !label.matches("[-+.0-9]*"))
                                .isPresent());
    }

    /**
     * Finds all labels that occur, without Spark: it reads the whole file.
     *
     * @throws DataException if the file cannot be read
     */
    public static Set<String> labels(String uri, Configuration hadoop, RowFormat format) {
        Set<String> labels = new TreeSet<>();
        RowParser parser = new RowParser(RowRules.of(format, Schema.FER2013));
        Path file = StoragePath.of(uri);
        try (FSDataInputStream stored = ReadableFile.open(hadoop, file);
                LineReader lines = new LineReader(Compression.decompressed(hadoop, file, stored))) {
            Text line = new Text();
            boolean header = format.header();
            while (labels.size() < MOST_LABELS && lines.readLine(line, LONGEST_LINE) > 0) {
                if (!RowParser.isBlank(line.getBytes(), line.getLength())) {
                    if (!header) {
                        parser.labelText(line.getBytes(), line.getLength()).ifPresent(labels::add);
                    }
                    header = false;
                }
            }
            return labels;
        } catch (IOException e) {
            throw unreadable(uri, hadoop, e);
        }
    }

    /** Takes the lines of a file. */
    @FunctionalInterface
    public interface LineReceiver {
        /** @param number from 1; blank lines are counted, and not passed */
        void line(long number, String line);
    }

    /**
     * Reads a text in UTF-8 line by line, without Spark. Of a line longer than any CSV's the end is left out.
     *
     * @throws DataException if the file cannot be read
     */
    public static void forEachLine(String uri, Configuration hadoop, LineReceiver receiver) {
        Path file = StoragePath.of(uri);
        try (FSDataInputStream stored = ReadableFile.open(hadoop, file);
                LineReader lines = new LineReader(Compression.decompressed(hadoop, file, stored))) {
            Text line = new Text();
            long number = 0;
            while (lines.readLine(line, LONGEST_LINE) > 0) {
                number++;
                if (!RowParser.isBlank(line.getBytes(), line.getLength())) {
                    receiver.line(number, line.toString());
                }
            }
        } catch (StoragePath.NoPathException e) {
            throw new DataException(e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(uri, hadoop, e);
        }
    }

    /** Size in bytes of a file as it is stored, and its SHA-256 in hexadecimal. */
    public record Fingerprint(long bytes, String sha256) {

        /**
         * Reads the whole file.
         *
         * @throws DataException if it cannot be read
         */
        public static Fingerprint of(String uri, Configuration hadoop) {
            Path file = StoragePath.of(uri);
            try (InputStream in = ReadableFile.open(hadoop, file)) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] buffer = new byte[1 << 20];
                long bytes = 0;
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                    bytes += n;
                }
                return new Fingerprint(bytes, HexFormat.of().formatHex(digest.digest()));
            } catch (IOException e) {
                throw unreadable(uri, hadoop, e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    private static List<byte[]> lines(String uri, Configuration hadoop, int most) {
        try (SlowStorageNotice waiting = SlowStorageNotice.on(uri)) {
            Compression.requireKnown(uri);
            Path file = StoragePath.of(uri);
            FileStatus status = status(uri, StoragePath.fileSystem(file, hadoop), file);
            if (status.isDirectory()) {
                throw new DataException(uri + " is a directory; name the CSV file in it (plain or .gz)");
            }
            if (status.getLen() < 0) {
                // As of a web server's file.
                throw new DataException(
                        uri + " cannot be read: its length is not known, by which tasks divide it; copy "
                                + "it first to a local path, HDFS or S3");
            }
            try (FSDataInputStream stored = ReadableFile.open(hadoop, file)) {
                return status.getLen() == 0 ? List.of() : lines(Compression.decompressed(hadoop, file, stored), most);
            }
        } catch (StoragePath.NoPathException e) {
            throw new DataException(e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(uri, hadoop, e);
        }
    }

    /** Reads lines that are not blank. */
    private static List<byte[]> lines(InputStream content, int most) throws IOException {
        try (LineReader lines = new LineReader(content)) {
            List<byte[]> read = new ArrayList<>();
            Text line = new Text();
            while (read.size() < most && lines.readLine(line, LONGEST_LINE) > 0) {
                if (!RowParser.isBlank(line.getBytes(), line.getLength())) {
                    read.add(line.copyBytes());
                }
            }
            return read;
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

    private static List<PartCounts> countParts(String uri, Configuration hadoop, JavaRDD<Row> rows, Schema schema) {
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
                    throw unreadable(uri, hadoop, unread);
                }
            }
            throw new IllegalStateException("reading " + uri + " failed on Spark", e);
        }
    }

    private static DataException unreadable(String uri, Configuration hadoop, IOException e) {
        if (Compression.isNoGzip(e) && beginsAsGzip(uri, hadoop)) {
            return new DataException(
                    uri + " cannot be read: something that is no gzip follows the end of its gzip data; copy it "
                            + "again, or unpack it with gunzip and name the CSV",
                    e);
        }
        return new DataException(
                uri + " cannot be read: "
                        + StorageFailure.of(e, "check the path and the permissions, and whether the file is whole"),
                e);
    }

    private static boolean beginsAsGzip(String uri, Configuration hadoop) {
        try (InputStream stored = ReadableFile.open(hadoop, StoragePath.of(uri))) {
            return Compression.GZIP.isBeginningOf(stored.readNBytes(Compression.LONGEST_MARK));
        } catch (IOException e) {
            return false;
        }
    }
}
