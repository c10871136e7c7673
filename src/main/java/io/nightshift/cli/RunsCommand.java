package io.nightshift.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.nightshift.config.Settings;
import io.nightshift.job.ListRunsJob;
import io.nightshift.job.ListRunsJob.Listing;
import io.nightshift.job.PromoteJob;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.retraining.Promotions.Change;
import io.nightshift.run.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "runs",
        description = "Lists the runs of an output directory, the current champion, and the former ones.")
final class RunsCommand implements Callable<Integer> {
    private static final int PROMOTIONS = 10;
    private static final int MINUTES_OF_A_TIME = "2026-11-27T12:21".length();

    @Mixin
    private OutputOptions output;

    /** Options that name the output directory. */
    private static final class OutputOptions {
        @Mixin
        private CommonOptions common;

        @Option(names = "--output", paramLabel = "URI", description = "Where runs are kept; default: out.")
        private String output;

        Settings settings() {
            Map<String, String> options = new HashMap<>();
            options.put("output.uri", output);
            return common.settings(options);
        }
    }

    @Override
    public Integer call() {
        Settings settings = output.settings();
        try (TerminalProgress progress = new TerminalProgress()) {
            print(settings, new ListRunsJob(settings, progress).run());
        }
        return ExitStatus.DONE;
    }

    private static void print(Settings settings, Listing listing) {
        if (listing.runs().isEmpty()) {
            System.out.println("There are no runs in " + settings.output().uri() + "; ./submit.sh train makes one");
        } else {
            String table = table(listing);
            boolean fits = TerminalText.OUTPUT_COLUMNS == 0
                    || table.lines().allMatch(line -> line.stripTrailing().length() <= TerminalText.OUTPUT_COLUMNS);
            System.out.println(fits ? table : narrowTable(listing));
        }
        if (listing.champion().damaged()) {
            System.out.println("champion.json is damaged; name a champion with ./submit.sh runs promote RUN");
        }
        listing.champion()
                .current()
                .ifPresent(champion ->
                        System.out.println(TerminalText.wrapped(history(champion), TerminalText.OUTPUT_COLUMNS)));
    }

    @Command(description = "Makes a run the champion by hand, and says who was before.")
    private int promote(
            @Mixin OutputOptions of, @Parameters(paramLabel = "RUN", description = "The run's name.") String run) {
        try (TerminalProgress progress = new TerminalProgress()) {
            return print(new PromoteJob(of.settings(), progress).promote(run));
        }
    }

    @Command(description = "Makes the champion before this one the champion again.")
    private int rollback(@Mixin OutputOptions of) {
        try (TerminalProgress progress = new TerminalProgress()) {
            return print(new PromoteJob(of.settings(), progress).rollBack());
        }
    }

    private static int print(Change change) {
        System.out.println(change.before()
                .map(before -> before.equals(change.now())
                        ? change.now() + " is the champion already"
                        : change.now() + " is the champion now; before it was " + before)
                .orElse(change.now() + " is the champion now; before there was none"));
        return ExitStatus.DONE;
    }

    private static String history(Champion champion) {
        StringBuilder text = new StringBuilder("\nChampion: " + champion.runId() + ", " + champion.model() + "\n");
        List<Promotion> history = champion.history();
        for (int i = history.size() - 1; i >= Math.max(0, history.size() - PROMOTIONS); i--) {
            Promotion promotion = history.get(i);
            text.append("  ")
                    .append(promotion.time())
                    .append("  ")
                    .append(promotion.runId())
                    .append(promotion.before() == null ? "" : " in place of " + promotion.before())
                    .append(" by ")
                    .append(promotion.by())
                    .append(": ")
                    .append(promotion.reason())
                    .append('\n');
        }
        return text.toString();
    }

    private static String table(Listing listing) {
        String champion = listing.champion().current().map(Champion::runId).orElse("");
        return AsciiTable.getTable(
                AsciiTable.NO_BORDERS,
                listing.runs(),
                List.of(
                        left("run", Manifest::runId),
                        left("champion", run -> run.runId().equals(champion) ? "champion" : ""),
                        left("state", run -> run.state().name().toLowerCase(Locale.ROOT)),
                        left("started (UTC)", Manifest::start),
                        right("took", RunsCommand::duration),
                        right(
                                "epochs",
                                run -> run.training() == null
                                        ? ""
                                        : String.valueOf(run.training().epochs())),
                        right(
                                "best",
                                run -> run.training() == null
                                        ? ""
                                        : String.valueOf(run.training().bestEpoch())),
                        right("public_test", RunsCommand::validationAccuracy),
                        right("private_test", RunsCommand::testAccuracy),
                        left("data", run -> run.data() == null ? "" : run.data().uri()),
                        left("why", RunsCommand::why)));
    }

    /** For a terminal in which the whole table has no room: data and reasons stand under each run. */
    private static String narrowTable(Listing listing) {
        String champion = listing.champion().current().map(Champion::runId).orElse("");
        List<String> rows = AsciiTable.getTable(
                        AsciiTable.NO_BORDERS,
                        listing.runs(),
                        List.of(
                                left("run", Manifest::runId),
                                left("champion", run -> run.runId().equals(champion) ? "champion" : ""),
                                left("state", run -> run.state().name().toLowerCase(Locale.ROOT)),
                                left("started (UTC)", run -> run.start().substring(0, MINUTES_OF_A_TIME)),
                                right("public", RunsCommand::validationAccuracy),
                                right("private", RunsCommand::testAccuracy)))
                .lines()
                .toList();
        StringBuilder text = new StringBuilder(rows.get(0));
        for (int i = 0; i < listing.runs().size(); i++) {
            Manifest run = listing.runs().get(i);
            String details = Stream.of(
                            run.end() == null ? "" : "took " + duration(run),
                            run.training() == null
                                    ? ""
                                    : "best epoch " + run.training().bestEpoch() + " of "
                                            + run.training().epochs(),
                            run.data() == null ? "" : "data " + run.data().uri(),
                            why(run))
                    .filter(detail -> !detail.isEmpty())
                    .collect(Collectors.joining("; "));
            text.append('\n').append(rows.get(i + 1));
            if (!details.isEmpty()) {
                text.append('\n').append(TerminalText.wrapped("   " + details, TerminalText.OUTPUT_COLUMNS));
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
                : TerminalProgress.words(Duration.between(Instant.parse(run.start()), Instant.parse(run.end())));
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
                .with(value);
    }
}
