package io.nightshift.ml.source;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.dataset.csv.RowsDescription;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.job.source.ExampleMaker;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.job.source.NumberedRows;
import io.nightshift.store.Storage;
import io.nightshift.vision.image.ImageException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The rows of a DataFrame, put into an order that does not depend on partitions: by a column, and where that says
 * nothing, by content.
 */
public final class DataFrameSource implements ExampleSource {
    private static final String NAME = "the DataFrame";
    private static final int IMAGE = 0;
    private static final int LABEL = 1;
    private static final int SPLIT = 2;
    private static final int ORDER = 3;
    /** Rows that may be unreadable before the size of images must be set. */
    private static final int FIRST_ROWS = 20;

    private static final int MOST_LABELS = 1000;

    private final Dataset<org.apache.spark.sql.Row> rows;
    private final ImageColumn images;
    private final Division division;
    private final CompletableFuture<Fingerprint> fingerprint = new CompletableFuture<>();

    /**
     * Reads nothing yet.
     *
     * @param rows with the columns image, label (string), split (string or null) and order, in this order
     */
    public DataFrameSource(Dataset<org.apache.spark.sql.Row> rows, ImageColumn images, Division division) {
        this.rows = rows;
        this.images = images;
        this.division = division;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String splitRemedy() {
        return "check the column of the splits (splitCol)";
    }

    /** Finds the classes by the labels that occur; numbers are names too. */
    @Override
    public List<String> classes(List<String> otherwise) {
        List<String> labels = rows.select("label")
                .na()
                .drop()
                .distinct()
                .limit(MOST_LABELS)
                .toJavaRDD()
                .map(row -> row.getString(0))
                .collect();
        return Schema.classesOf(NAME, labels);
    }

    @Override
    public int side() {
        List<org.apache.spark.sql.Row> first = rows.select("image").takeAsList(FIRST_ROWS);
        String problem = "has no rows";
        for (org.apache.spark.sql.Row row : first) {
            try {
                GreyImage image = images.image(row.get(IMAGE));
                if (image.width() == image.height()) {
                    return image.width();
                }
                throw new DataException(NAME + " begins with an image of " + image.width() + " x " + image.height()
                        + ", which is no square: set imageSide, to which images are scaled");
            } catch (ImageException e) {
                problem = "begins with images that cannot be read; the last of the first " + first.size() + " "
                        + e.getMessage();
            }
        }
        throw new DataException(NAME + " " + problem);
    }

    @Override
    public Rows read(JavaSparkContext spark, Schema schema) {
        ImageColumn column = images;
        ExampleMaker maker = new ExampleMaker(schema, division.scales(), division.hash());
        JavaPairRDD<SortKey, Row> keyed =
                rows.toJavaRDD().mapToPair(row -> keyed(row, column, maker)).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            fingerprint.complete(fingerprint(keyed));
            RowsDescription description = new RowsDescription(
                    NAME,
                    "row",
                    "has no rows",
                    "expected images as " + ImageColumn.ACCEPTED,
                    RowsDescription.KEPT_CHARACTERS);
            return Rows.of(
                    description,
                    schema,
                    keyed.sortByKey(true, spark.defaultParallelism()).values().mapPartitions(NumberedRows::new));
        } catch (RuntimeException e) {
            fingerprint.completeExceptionally(e);
            throw e;
        } finally {
            keyed.unpersist(false);
        }
    }

    @Override
    public Fingerprint fingerprint() {
        return fingerprint.join();
    }

    private static Tuple2<SortKey, Row> keyed(org.apache.spark.sql.Row row, ImageColumn column, ExampleMaker maker) {
        String label = row.getString(LABEL);
        String split = row.getString(SPLIT);
        Row made;
        try {
            made = maker.of(0, "image", label, split, column.image(row.get(IMAGE)));
        } catch (ImageException e) {
            made = ExampleMaker.rejected(0, Row.Reason.IMAGE, "image " + e.getMessage() + " (label " + label + ")");
        }
        return new Tuple2<>(SortKey.of(row.get(ORDER), made), made);
    }

    /** The same rows in another order have the same fingerprint. */
    private static Fingerprint fingerprint(JavaPairRDD<SortKey, Row> keyed) {
        long[] sums = keyed.aggregate(
                new long[4],
                (sum, row) -> plus(sum, row._1().high(), row._1().low(), 1, bytes(row._2())),
                (sum, other) -> plus(sum, other[0], other[1], other[2], other[3]));
        String content = sums[0] + " " + sums[1] + " " + sums[2];
        return new Fingerprint(sums[3], Storage.sha256(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static long[] plus(long[] sum, long... more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
        return sum;
    }

    private static long bytes(Row row) {
        return row instanceof Row.Example example ? example.pixels().length : 0;
    }
}
