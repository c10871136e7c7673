package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.RunsTable;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.config.Printable;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.runs.ListRunsJob;
import io.nightshift.job.runs.ListRunsJob.Listing;
import io.nightshift.job.runs.PromoteJob;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.retraining.Promotions.Change;
import io.nightshift.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "runs",
        subcommands = CompareCommand.class,
        description = "Lists the runs of an output directory, the current champion, and the former ones.")
final class RunsCommand implements Callable<Integer> {
    private static final int PROMOTIONS = 10;

    @Mixin
    private OutputOptions output;

    @Option(names = "--json", description = "The champion and all manifests as JSON on standard output.")
    private boolean json;

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
            Listing listing = new ListRunsJob(settings, progress).run();
            if (json) {
                System.out.print(new String(Json.bytes(listing), StandardCharsets.UTF_8));
            } else {
                print(settings, listing);
            }
        }
        return ExitStatus.DONE;
    }

    private static void print(Settings settings, Listing listing) {
        if (listing.runs().isEmpty()) {
            System.out.println("There are no runs in " + settings.output().uri() + "; ./submit.sh train makes one");
        } else {
            System.out.println(RunsTable.of(listing, TerminalText.OUTPUT_COLUMNS));
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
        StringBuilder text =
                new StringBuilder("\nChampion: " + Printable.line(champion.runId() + ", " + champion.model()) + "\n");
        List<Promotion> history = champion.history();
        for (int i = history.size() - 1; i >= Math.max(0, history.size() - PROMOTIONS); i--) {
            Promotion promotion = history.get(i);
            text.append("  ")
                    .append(Printable.line(promotion.time() + "  "
                            + promotion.runId()
                            + (promotion.before() == null ? "" : " in place of " + promotion.before())
                            + " by "
                            + promotion.by()
                            + ": "
                            + promotion.reason()))
                    .append('\n');
        }
        return text.toString();
    }
}
