package io.nightshift.dataset.csv;

import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The counts of one task for its part of the file.
 *
 * @param lines    lines of any kind
 * @param used     {@code used[split][label]}, by ordinal
 * @param rejected {@code rejected[reason]}, by ordinal
 * @param first    the first rejected row, or null
 * @param labels   some labels of rows that were rejected because of them
 * @param pixels   of used rows
 */
record PartCounts(long lines, long[][] used, long[] rejected, Row.Rejected first, List<String> labels, PixelSums pixels)
        implements Serializable {

    static final int KEPT_LABELS = 5;

    static PartCounts of(Iterator<Row> part, Schema schema) {
        long lines = 0;
        long[][] used = new long[Split.values().length][schema.classes().size()];
        long[] rejected = new long[Row.Reason.values().length];
        Row.Rejected first = null;
        Set<String> labels = new LinkedHashSet<>();
        PixelSums pixels = PixelSums.NONE;
        while (part.hasNext()) {
            Row row = part.next();
            if (row instanceof Row.Example example) {
                used[example.split().ordinal()][example.label()]++;
                pixels = pixels.plus(PixelSums.of(example.pixels()));
            } else if (row instanceof Row.Rejected bad) {
                rejected[bad.reason().ordinal()]++;
                first = first == null ? bad : first;
                if (bad.label() != null && labels.size() < KEPT_LABELS) {
                    labels.add(bad.label());
                }
            } else if (row instanceof Row.EndOfPart end) {
                lines = end.lines();
            }
        }
        return new PartCounts(lines, used, rejected, first, List.copyOf(labels), pixels);
    }

    /** Counts the rows, used or rejected. */
    long rows() {
        long sum = Arrays.stream(rejected).sum();
        for (Split split : Split.values()) {
            sum += used(split);
        }
        return sum;
    }

    long used(Split split) {
        long sum = 0;
        for (long count : used[split.ordinal()]) {
            sum += count;
        }
        return sum;
    }
}
