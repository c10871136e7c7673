package io.nightshift.cli.terminal;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.nightshift.config.Printable;
import io.nightshift.job.context.DurationText;
import io.nightshift.job.context.Interruption;
import io.nightshift.job.context.PeriodicTask;
import io.nightshift.tuning.SearchStatus;
import io.nightshift.tuning.SearchStatus.Rung;
import io.nightshift.tuning.TrialResult;
import io.nightshift.tuning.TuningProgress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The trials on standard error: a table that is drawn again in its place when it is a terminal, and else a line for
 * each trial that ends.
 */
public final class TuningTable implements TuningProgress, AutoCloseable {
    private static final Duration REDRAWN_EVERY = Duration.ofSeconds(1);

    private final int columns;
    private final PrintStream terminal;
    private final long begin = System.nanoTime();
    private final PeriodicTask clock;
    private List<String> body = List.of();
    private int drawn;
    private boolean closed;

    public TuningTable() {
        this(TerminalText.ERROR_COLUMNS, EscapingStream.unescaped(System.err));
    }

    /**
     * Writes to a stream.
     *
     * @param columns of the terminal; 0 if it is none
     */
    TuningTable(int columns, PrintStream terminal) {
        this.columns = columns;
        this.terminal = terminal;
        this.clock = columns == 0 ? null : new PeriodicTask(REDRAWN_EVERY, this::redraw);
    }

    @Override
    public synchronized void searching(SearchStatus status, Optional<TrialResult> ended) {
        if (columns > 0) {
            body = table(status, columns);
            redraw();
        } else {
            ended.ifPresent(result -> terminal.println(line(result, status)));
        }
    }

    @Override
    public synchronized void comparing(int done, int all, Optional<TrialResult> ended) {
        String line = String.format(Locale.ROOT, "last comparison: %d of %d trainings have ended", done, all)
                + ended.map(result ->
                                "; trial " + result.trial() + " with seed " + result.seed() + ": " + measured(result))
                        .orElse("");
        if (columns > 0) {
            List<String> lines = new ArrayList<>(body.stream()
                    .filter(kept -> !kept.startsWith("last comparison"))
                    .toList());
            lines.add(cut(line, columns));
            body = lines;
            redraw();
        } else {
            terminal.println(line);
        }
    }

    /** Draws the table over the one before: the cursor goes up to its first line, and the rest is wiped out. */
    private synchronized void redraw() {
        // Once the process is being ended, the line that says so stays the last one.
        if (closed || body.isEmpty() || Interruption.isUnderWay()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append("A\r\u001b[J");
        }
        body.forEach(line -> text.append(line).append('\n'));
        text.append("after ").append(time()).append('\n');
        drawn = body.size() + 1;
        terminal.print(text);
        terminal.flush();
    }

    private String time() {
        return DurationText.of(Duration.ofNanos(System.nanoTime() - begin));
    }

    /** A row of the table. */
    private record Row(int number, Rung rung) {}

    /** Formats the state of a search in at most so many columns. */
    static List<String> table(SearchStatus status, int columns) {
        List<Row> rows = IntStream.range(0, status.rungs().size())
                .mapToObj(i -> new Row(i + 1, status.rungs().get(i)))
                .toList();
        List<String> lines = new ArrayList<>(AsciiTable.getTable(
                        AsciiTable.NO_BORDERS,
                        rows,
                        List.of(
                                column("rung", row -> String.valueOf(row.number())),
                                column(
                                        "epochs",
                                        row -> String.valueOf(row.rung().epochs())),
                                column(
                                        "running",
                                        row -> String.valueOf(row.rung().running())),
                                column("ended", row -> String.valueOf(row.rung().ended())),
                                column("least loss", row -> loss(row.rung().best()))))
                .lines()
                .map(String::stripTrailing)
                .toList());
        lines.add(String.format(
                Locale.ROOT,
                "%d of %d trials have begun; %.0f of %.0f epochs are spent",
                status.begun(),
                status.trials(),
                status.spent(),
                status.search()));
        status.best().ifPresent(best -> {
            String text = "best: trial " + best.trial() + ", " + measured(best) + ", " + values(best);
            TerminalText.wrapped(Printable.line(text), columns - 1).lines().forEach(lines::add);
        });
        return lines;
    }

    private static ColumnData<Row> column(String header, Function<Row, String> text) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(text);
    }

    private static String loss(double loss) {
        return Double.isFinite(loss) ? String.format(Locale.ROOT, "%.3f", loss) : "";
    }

    /** Formats a trial that has ended as one line. */
    static String line(TrialResult result, SearchStatus status) {
        return Printable.line(String.format(
                        Locale.ROOT,
                        "trial %d, rung %d of %d, %d epoch%s: %s, took %s",
                        result.trial(),
                        result.rung(),
                        status.rungs().size(),
                        result.epochs(),
                        result.epochs() == 1 ? "" : "s",
                        measured(result),
                        DurationText.of(Duration.ofSeconds(Math.round(result.seconds()))))
                + status.best()
                        .map(best -> String.format(
                                Locale.ROOT,
                                "; best is trial %d with %.3f on rung %d",
                                best.trial(),
                                best.rankingLoss(),
                                best.rung()))
                        .orElse(""));
    }

    private static String measured(TrialResult result) {
        return result.diverged()
                ? "diverged"
                : String.format(Locale.ROOT, "loss %.3f, accuracy %.1f %%", result.loss(), 100 * result.accuracy());
    }

    private static String values(TrialResult result) {
        return result.values().entrySet().stream()
                .map(value -> value.getKey().substring(value.getKey().indexOf('.') + 1) + " " + value.getValue())
                .reduce((first, second) -> first + ", " + second)
                .orElse("");
    }

    private static String cut(String line, int columns) {
        return line.substring(0, Math.min(line.length(), columns - 1));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            redraw();
            closed = true;
            if (clock != null) {
                clock.close();
            }
        }
    }
}
