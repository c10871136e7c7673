package io.nightshift.job.pipeline;

import io.nightshift.config.Printable;
import io.nightshift.dataset.csv.CsvField;
import io.nightshift.dataset.csv.RejectedLine;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.report.RejectedSample;
import io.nightshift.run.Run;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Writes the rejected rows into the run's folder {@code rejected/}, in files of 50,000 rows. */
final class RejectedRows {
    private static final String HEADER = "line,reason,text\n";
    /** Limits what is held in memory at once. */
    private static final int ROWS_PER_FILE = 50_000;

    private static final int SAMPLES = 20;

    private RejectedRows() {}

    /** Writes all rejected rows, and returns the first 20 for the report. */
    static List<RejectedSample> write(Rows rows, Run run) {
        List<RejectedSample> samples = new ArrayList<>();
        if (rows.rejected() == 0) {
            return samples;
        }
        Iterator<RejectedLine> lines = rows.rejectedLines();
        for (int file = 1; lines.hasNext(); file++) {
            StringBuilder csv = new StringBuilder(HEADER);
            for (int i = 0; i < ROWS_PER_FILE && lines.hasNext(); i++) {
                RejectedLine row = lines.next();
                csv.append(row.line())
                        .append(',')
                        .append(CsvField.of(row.reason()))
                        .append(',')
                        .append(CsvField.of(Printable.line(row.text())))
                        .append('\n');
                if (samples.size() < SAMPLES) {
                    samples.add(
                            new RejectedSample(rows.description().unit() + " " + row.line(), row.reason(), row.text()));
                }
            }
            run.writeRejected(String.format(Locale.ROOT, "rows-%04d.csv", file), csv.toString());
        }
        return samples;
    }
}
