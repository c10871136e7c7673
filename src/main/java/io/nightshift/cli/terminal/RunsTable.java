package io.nightshift.cli.terminal;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.nightshift.config.Printable;
import io.nightshift.job.context.DurationText;
import io.nightshift.job.runs.ListRunsJob.Listing;
import io.nightshift.retraining.Champion;
import io.nightshift.run.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats a list of runs for the terminal: one line for each run, or, where that is too long, the details under it. */
public final class RunsTable {
    private static final int MINUTES_OF_A_TIME = "2026-11-27T12:21".length();

    private RunsTable() {}

    /**
     * Formats the runs of a listing.
     *
     * @param columns of the terminal; 0 if it is none, which takes lines of any length
     */
    public static String of(Listing listing, int columns) {
        String table = wideTable(listing);
        boolean fits = columns == 0
                || table.lines().allMatch(line -> line.stripTrailing().length() <= columns);
        return fits ? table : narrowTable(listing, columns);
    }

    private static String wideTable(Listing listing) {
        String champion = listing.champion().current().map(Champion::runId).orElse("");
        return AsciiTable.getTable(
                AsciiTable.NO_BORDERS,
                listing.runs(),
                List.of(
                        left("run", Manifest::runId),
                        left("champion", run -> run.runId().equals(champion) ? "champion" : ""),
                        left("state", run -> run.state().name().toLowerCase(Locale.ROOT)),
                        left("started (UTC)", Manifest::start),
                        right("took", RunsTable::duration),
                        right(
                                "epochs",
                                run -> run.training() == null
                                        ? ""
                                        : String.valueOf(run.training().epochs())),
                        right(
                                "kept",
                                run -> run.training() == null
                                        ? ""
                                        : String.valueOf(run.training().bestEpoch())),
                        right("public_test", RunsTable::validationAccuracy),
                        right("private_test", RunsTable::testAccuracy),
                        left("data", run -> run.data() == null ? "" : run.data().uri()),
                        left("why", RunsTable::why)));
    }

    /** For a terminal in which the whole table has no room: data and reasons stand under each run. */
    private static String narrowTable(Listing listing, int columns) {
        String champion = listing.champion().current().map(Champion::runId).orElse("");
        List<String> rows = AsciiTable.getTable(
                        AsciiTable.NO_BORDERS,
                        listing.runs(),
                        List.of(
                                left("run", Manifest::runId),
                                left("champion", run -> run.runId().equals(champion) ? "champion" : ""),
                                left("state", run -> run.state().name().toLowerCase(Locale.ROOT)),
                                left(
                                        "started (UTC)",
                                        run -> run.start()
                                                .substring(
                                                        0,
                                                        Math.min(
                                                                MINUTES_OF_A_TIME,
                                                                run.start().length()))),
                                right("public", RunsTable::validationAccuracy),
                                right("private", RunsTable::testAccuracy)))
                .lines()
                .toList();
        StringBuilder text = new StringBuilder(rows.get(0));
        for (int i = 0; i < listing.runs().size(); i++) {
            Manifest run = listing.runs().get(i);
            String details = Stream.of(
                            run.end() == null ? "" : "took " + duration(run),
                            run.training() == null
                                    ? ""
                                    : (run.training().wasChosen() ? "best epoch " : "kept epoch ")
                                            + run.training().bestEpoch() + " of "
                                            + run.training().epochs(),
                            run.data() == null ? "" : "data " + run.data().uri(),
                            why(run))
                    .filter(detail -> !detail.isEmpty())
                    .collect(Collectors.joining("; "));
            text.append('\n').append(rows.get(i + 1));
            if (!details.isEmpty()) {
                text.append('\n').append(TerminalText.wrapped("   " + Printable.line(details), columns));
            }
        }
        return text.toString();
    }

    private static String validationAccuracy(Manifest run) {
        return run.training() == null ? "" : percent(run.training().validationAccuracy());
    }

    private static String testAccuracy(Manifest run) {
        return run.training() == null ? "" : percent(run.training().testAccuracy());
    }

    private static String why(Manifest run) {
        if (run.reason() != null) {
            return run.reason();
        }
        return run.verdict() == null ? "" : String.join("; ", run.verdict().reasons());
    }

    private static String duration(Manifest run) {
        return run.end() == null
                ? ""
                : DurationText.of(Duration.between(Instant.parse(run.start()), Instant.parse(run.end())));
    }

    private static String percent(Double fraction) {
        return fraction == null ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }

    private static ColumnData<Manifest> left(String header, Function<Manifest, String> value) {
        return column(header, HorizontalAlign.LEFT, value);
    }

    private static ColumnData<Manifest> right(String header, Function<Manifest, String> value) {
        return column(header, HorizontalAlign.RIGHT, value);
    }

    private static ColumnData<Manifest> column(String header, HorizontalAlign align, Function<Manifest, String> value) {
        return new Column()
                .header(header)
                .headerAlign(align)
                .dataAlign(align)
                .maxWidth(100)
                .with(run -> Printable.line(value.apply(run)));
    }
}
