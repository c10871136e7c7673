package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.run.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The data that the run read.
 *
 * @param rows     counts; null where the run did not read to the end
 * @param columns  of the balance: the splits that have rows
 * @param balance  used rows per class and split
 * @param reasons  of rejected rows, the most frequent reason first
 * @param samples  some of the rejected rows
 */
record DataSection(
        Manifest.Rows rows,
        List<Column> columns,
        List<ClassRow> balance,
        List<Reason> reasons,
        List<RejectedSample> samples) {

    record Column(String split, long total) {}

    record ClassRow(String label, List<Cell> cells) {}

    /** @param bar the share as a fraction of the largest in the table: on a scale to 100 % all bars would be short */
    record Cell(long count, Share share, Share bar) {}

    record Reason(String reason, long count, Share ofRead) {}

    /** Whether anything is known about rejected rows: a run that fails because of them has samples and no counts. */
    public boolean rejectionsKnown() {
        return rows != null || !samples.isEmpty();
    }

    static DataSection of(ReportContent content) {
        Manifest.Data data = content.manifest().data();
        List<Split> splits = content.classCounts().keySet().stream()
                .filter(split -> LongStream.of(content.classCounts().get(split)).sum() > 0)
                .sorted()
                .toList();
        return new DataSection(
                data == null ? null : data.rows(),
                splits.stream()
                        .map(split -> new Column(
                                PageFormat.split(split),
                                LongStream.of(content.classCounts().get(split)).sum()))
                        .toList(),
                splits.isEmpty() ? List.of() : balance(splits, content),
                data == null ? List.of() : reasons(data),
                content.rejectedSamples());
    }

    private static List<ClassRow> balance(List<Split> splits, ReportContent content) {
        Map<Split, long[]> counts = content.classCounts();
        double largest = splits.stream()
                .mapToDouble(split -> LongStream.of(counts.get(split)).max().orElse(0)
                        / (double) LongStream.of(counts.get(split)).sum())
                .max()
                .orElseThrow();
        List<ClassRow> rows = new ArrayList<>();
        for (int i = 0; i < content.classes().size(); i++) {
            int label = i;
            List<Cell> cells = splits.stream()
                    .map(split -> {
                        long count = counts.get(split)[label];
                        Share share =
                                Share.of(count, LongStream.of(counts.get(split)).sum());
                        return new Cell(count, share, new Share(share.fraction() / largest));
                    })
                    .toList();
            rows.add(new ClassRow(content.classes().get(label), cells));
        }
        return rows;
    }

    private static List<Reason> reasons(Manifest.Data data) {
        return data.rejectedByReason().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(entry -> new Reason(
                        entry.getKey(),
                        entry.getValue(),
                        Share.of(entry.getValue(), data.rows().read())))
                .toList();
    }
}
