package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.options.RecipeOption;
import io.nightshift.cli.options.Submission;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.cli.terminal.TuningTable;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.TuneJob;
import io.nightshift.job.tuning.TuningFiles;
import io.nightshift.tuning.FinalComparison;
import io.nightshift.tuning.TrialResult;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "tune",
        description = "Searches for a better recipe: trains many configurations briefly and the best of them longer, "
                + "and measures the winner beside the recipe.",
        footer = {
            "",
            "The search space is a file: tune.space, by default conf/tune/default.conf, which is made for --recipe "
                    + "compact. docs/tuning.md explains it, and what comes out."
        })
final class TuneCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Mixin
    private Submission submission;

    @Mixin
    private RecipeOption recipe;

    @Option(names = "--data", paramLabel = "URI", description = "CSV (plain or .gz), or folder of images.")
    private String data;

    @Option(names = "--output", paramLabel = "URI", description = "Where runs are kept; default: out.")
    private String output;

    @Option(
            names = "--budget",
            paramLabel = "EPOCHS",
            description = "What all trainings together may take, in epochs of the recipe's network; default: 330.")
    private String budget;

    @Option(names = "--run-id", paramLabel = "ID", description = "The run's name; default: its start time.")
    private String runId;

    @Option(names = "--resume", description = "Goes on with the run of this --run-id; trials that ended stay.")
    private boolean resume;

    @Override
    public Integer call() {
        Map<String, String> options = new HashMap<>();
        options.put("data.uri", data);
        options.put("output.uri", output);
        options.put("tune.budget-epochs", budget);
        options.put("run.id", runId);
        options.put("run.resume", resume ? "true" : null);
        Settings settings = common.settings(recipe.file(), options);
        OptionalInt submitted = submission.submitIfCluster(settings);
        if (submitted.isPresent()) {
            return submitted.getAsInt();
        }
        try (TerminalProgress progress = new TerminalProgress();
                TuningTable table = new TuningTable()) {
            TuneJob.Result result = new TuneJob(settings, progress, table).run();
            table.close();
            print(settings, result);
        }
        return ExitStatus.DONE;
    }

    private static void print(Settings settings, TuneJob.Result result) {
        TrialResult winner = result.outcome().winner();
        print(String.format(
                Locale.ROOT,
                "Trial %d is the best on rung %d: loss %.3f on the held-out rows.",
                winner.trial(),
                winner.rung(),
                winner.rankingLoss()));
        winner.values().forEach((key, value) -> System.out.println("  " + key + " = " + value));
        FinalComparison comparison = result.outcome().comparison();
        if (comparison != null) {
            print(String.format(
                    Locale.ROOT,
                    "PublicTest, %d rows, three other seeds: the recipe %.1f %% (%s), the winner %.1f %% (%s).",
                    comparison.rows(),
                    100 * comparison.recipeAccuracy(),
                    percentages(comparison.recipe()),
                    100 * comparison.foundAccuracy(),
                    percentages(comparison.found())));
        }
        print(result.outcome().verdict());
        String file = new Path(result.run().folder(), TuningFiles.RECIPE).toString();
        System.out.println("Page:      " + result.run().reportUri());
        System.out.println("Recipe:    " + file);
        System.out.println(TerminalText.command(
                "Next:      ",
                List.of(
                        "./submit.sh",
                        "train",
                        "--conf",
                        file,
                        "--data",
                        settings.data().uri()),
                TerminalText.OUTPUT_COLUMNS));
    }

    private static void print(String text) {
        System.out.println(TerminalText.wrapped(text, TerminalText.OUTPUT_COLUMNS));
    }

    private static String percentages(List<Double> accuracies) {
        return accuracies.stream()
                .map(accuracy -> String.format(Locale.ROOT, "%.1f", 100 * accuracy))
                .collect(Collectors.joining(", "));
    }
}
