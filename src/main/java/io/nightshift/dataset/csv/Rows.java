package io.nightshift.dataset.csv;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.BatchAssembly;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/** Rows that were read, parsed and counted: {@code read() == used() + rejected()}. */
public final class Rows implements AutoCloseable {
    private final RowsDescription description;
    private final Schema schema;
    private final JavaRDD<Row> rows;
    private final JavaRDD<Row> kept;
    private final List<PartCounts> parts;

    /** @param kept what {@code rows} are made of, which is in Spark's memory */
    private Rows(
            RowsDescription description, Schema schema, JavaRDD<Row> rows, JavaRDD<Row> kept, List<PartCounts> parts) {
        this.description = description;
        this.schema = schema;
        this.rows = rows;
        this.kept = kept;
        this.parts = parts;
    }

    Rows(RowsDescription description, Schema schema, JavaRDD<Row> kept, List<PartCounts> parts) {
        this(description, schema, kept, kept, parts);
    }

    /**
     * Counts rows. They stay in Spark's memory until {@link #close()}.
     *
     * @param rows in their order; each partition ends with a {@link Row.EndOfPart}
     */
    public static Rows of(RowsDescription description, Schema schema, JavaRDD<Row> rows) {
        JavaRDD<Row> kept = rows.persist(StorageLevel.MEMORY_AND_DISK());
        return new Rows(
                description,
                schema,
                kept,
                kept.mapPartitions(part -> List.of(PartCounts.of(part, schema)).iterator())
                        .collect());
    }

    /** Returns the words in which messages speak of these rows. */
    public RowsDescription description() {
        return description;
    }

    /** Counts the rows in the file, without header and empty lines. */
    public long read() {
        return used() + rejected();
    }

    /** Counts the rows that became examples. */
    public long used() {
        long sum = 0;
        for (Split split : Split.values()) {
            sum += used(split);
        }
        return sum;
    }

    /** Counts the examples of one split. */
    public long used(Split split) {
        return parts.stream().mapToLong(part -> part.used(split)).sum();
    }

    /** Counts the examples of one split by class, in label order. */
    public long[] classCounts(Split split) {
        long[] counts = new long[schema.classes().size()];
        for (PartCounts part : parts) {
            for (int label = 0; label < counts.length; label++) {
                counts[label] += part.used()[split.ordinal()][label];
            }
        }
        return counts;
    }

    /** Returns the mean of all pixels of used rows, in [0, 1]. */
    public double pixelMean() {
        return pixels().mean();
    }

    /** Returns the standard deviation of all pixels of used rows, in [0, 0.5]. */
    public double pixelDeviation() {
        return pixels().deviation();
    }

    private PixelSums pixels() {
        return parts.stream().map(PartCounts::pixels).reduce(PixelSums.NONE, PixelSums::plus);
    }

    /** Counts the rows that are not used. */
    public long rejected() {
        return rejectedByReason().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Counts the rejected rows by reason, in words. */
    public Map<String, Long> rejectedByReason() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Row.Reason reason : Row.Reason.values()) {
            long count = parts.stream()
                    .mapToLong(part -> part.rejected()[reason.ordinal()])
                    .sum();
            if (count > 0) {
                counts.put(reason.words(schema), count);
            }
        }
        return counts;
    }

    private Optional<RejectedLine> firstRejected() {
        for (int part = 0; part < parts.size(); part++) {
            if (parts.get(part).first() != null) {
                return Optional.of(located(parts.get(part).first(), schema, linesBefore()[part]));
            }
        }
        return Optional.empty();
    }

    /**
     * Refuses data with too many bad rows.
     *
     * @param maxBadFraction largest fraction of rejected rows, in [0, 1]
     * @throws DataException if there are more, or no rows at all
     */
    public void requireUsable(double maxBadFraction) {
        if (read() == 0) {
            throw new DataException(description.source() + " " + description.empty() + "; " + description.expected());
        }
        double badFraction = rejected() / (double) read();
        if (badFraction > maxBadFraction) {
            String reasons = rejectedByReason().entrySet().stream()
                            .map(reason -> reason.getKey() + ": " + reason.getValue())
                            .collect(Collectors.joining(", "))
                    + labelsThatFailed();
            RejectedLine first = firstRejected().orElseThrow();
            throw new DataException(String.format(
                    Locale.ROOT,
                    "%s: %d of %d rows (%.1f %%) cannot be used (%s), the first in %s %d, \"%s\"; %s; at most "
                            + "%s %% may be bad: correct the file, or raise data.max-bad-fraction%s",
                    description.source(),
                    rejected(),
                    read(),
                    100 * badFraction,
                    reasons,
                    description.unit(),
                    first.line(),
                    RowParser.beginning(first.text(), description.shown()),
                    description.expected(),
                    BigDecimal.valueOf(100 * maxBadFraction)
                            .stripTrailingZeros()
                            .toPlainString(),
                    ofAnotherKind()
                            ? "; if its classes or images are not those of FER2013, set data.classes or "
                                    + "data.image-side-pixels"
                            : ""));
        }
    }

    /** Shows some of the labels that rows were rejected for. */
    private String labelsThatFailed() {
        List<String> labels = parts.stream()
                .flatMap(part -> part.labels().stream())
                .filter(label -> !label.isBlank())
                .distinct()
                .toList();
        List<String> shown = labels.subList(0, Math.min(labels.size(), PartCounts.KEPT_LABELS));
        return labels.isEmpty()
                ? ""
                : "; labels such as "
                        + shown.stream().map(label -> '"' + label + '"').collect(Collectors.joining(", "));
    }

    /** Whether nearly every row that is rejected has another number of pixels, or a class that is not known. */
    private boolean ofAnotherKind() {
        long unexpected = Stream.of(Row.Reason.PIXEL_COUNT, Row.Reason.EMOTION, Row.Reason.LABEL)
                .mapToLong(reason -> rejectedByReason().getOrDefault(reason.words(schema), 0L))
                .sum();
        return unexpected > 0.9 * rejected() && unexpected > 0.3 * read();
    }

    /** Returns all rejected rows in file order, and processes one part of the file at a time. */
    public Iterator<RejectedLine> rejectedLines() {
        long[] linesBefore = linesBefore();
        Schema meaning = schema;
        return rows.mapPartitionsWithIndex(
                        (part, partRows) -> StreamSupport.stream(
                                        Spliterators.spliteratorUnknownSize(partRows, Spliterator.ORDERED), false)
                                .filter(Row.Rejected.class::isInstance)
                                .map(row -> located((Row.Rejected) row, meaning, linesBefore[part]))
                                .iterator(),
                        true)
                .toLocalIterator();
    }

    /**
     * Puts the examples of one split into minibatches, in file order, spread evenly and kept in Spark's memory.
     *
     * @param batchSize  examples per minibatch; the last one may be short
     * @param partitions parts to spread them over
     */
    public Examples examples(Split split, int batchSize, int partitions) {
        return examples(Set.of(split), split, batchSize, partitions);
    }

    /**
     * Puts the examples of several splits into minibatches, as if the file had them in one.
     *
     * @param splits whose examples they are
     * @param as     the split that they are in now
     */
    public Examples examples(Set<Split> splits, Split as, int batchSize, int partitions) {
        JavaPairRDD<Long, Row.Example> byIndex = rows.filter(
                        row -> row instanceof Row.Example example && splits.contains(example.split()))
                .zipWithIndex()
                .mapToPair(row -> new Tuple2<>(row._2(), (Row.Example) row._1()));
        JavaRDD<MiniBatch> batches =
                BatchAssembly.of(byIndex, batchSize, partitions).persist(StorageLevel.MEMORY_AND_DISK());
        batches.foreach(batch -> {});
        long[] counts = new long[schema.classes().size()];
        for (Split split : splits) {
            long[] own = classCounts(split);
            Arrays.setAll(counts, label -> counts[label] + own[label]);
        }
        return new Examples(as, batches, batchSize, counts);
    }

    /** Changes the examples. These rows and the changed ones are closed together, by either. */
    public Rows with(ExampleChange change) {
        long[] before = new long[parts.size()];
        for (int part = 1; part < before.length; part++) {
            before[part] = before[part - 1] + parts.get(part - 1).rows();
        }
        JavaRDD<Row> changed =
                rows.mapPartitionsWithIndex((part, own) -> new NumberedChange(own, before[part], change), true);
        return new Rows(description, schema, changed, kept, parts);
    }

    private static final class NumberedChange implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final ExampleChange change;
        private long number;

        NumberedChange(Iterator<Row> rows, long first, ExampleChange change) {
            this.rows = rows;
            this.number = first;
            this.change = change;
        }

        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public Row next() {
            Row row = rows.next();
            long own = number++;
            return row instanceof Row.Example example ? change.of(own, example) : row;
        }
    }

    /** Numbers all rows, used or rejected, by their position in the file, from 0; header and empty lines have none. */
    public JavaPairRDD<Long, Row> byPosition() {
        return rows.filter(row -> !(row instanceof Row.EndOfPart))
                .zipWithIndex()
                .mapToPair(row -> new Tuple2<>(row._2(), row._1()));
    }

    private static RejectedLine located(Row.Rejected row, Schema schema, long linesBefore) {
        return new RejectedLine(linesBefore + row.line(), row.reason().words(schema), row.text());
    }

    private long[] linesBefore() {
        long[] before = new long[parts.size()];
        for (int part = 1; part < before.length; part++) {
            before[part] = before[part - 1] + parts.get(part - 1).lines();
        }
        return before;
    }

    @Override
    public void close() {
        kept.unpersist(false);
    }
}
