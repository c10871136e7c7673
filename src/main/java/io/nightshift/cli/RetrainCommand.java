package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.options.RecipeOption;
import io.nightshift.cli.options.Submission;
import io.nightshift.cli.terminal.EvaluationTable;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.config.Printable;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.RetrainJob;
import io.nightshift.job.RetrainJob.Result;
import io.nightshift.job.RetrainJob.Status;
import io.nightshift.run.Run;
import io.nightshift.store.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "retrain",
        description = "The scheduled job: trains if there is new data, compares with the champion on the same "
                + "rows, and promotes the new model only if it is better.",
        footer = {
            "",
            "Exit status: 0 promoted, or nothing new; 5 not better, the champion stands; 3 data refused; 75 "
                    + "another job holds the lock; 4 training diverged; 2 wrong usage; 1 any other failure."
        })
final class RetrainCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Mixin
    private Submission submission;

    @Mixin
    private RecipeOption recipe;

    @Option(names = "--data", paramLabel = "URI", description = "CSV (plain or .gz), or folder of images.")
    private String data;

    @Option(names = "--output", paramLabel = "URI", description = "Where runs and the champion are kept; default: out.")
    private String output;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training rows, at most.")
    private String epochs;

    @Option(
            names = "--run-id",
            paramLabel = "ID",
            description = "The run's name; default: its start time. A run of this name that has not ended goes on.")
    private String runId;

    @Option(names = "--resume", description = "Goes on with the run of this --run-id, which must be there.")
    private boolean resume;

    @Option(names = "--force", description = "Trains although neither data nor configuration have changed.")
    private boolean force;

    @Option(names = "--json", description = "Ends standard output with one line of JSON on what became of it.")
    private boolean json;

    @Override
    public Integer call() {
        try {
            Map<String, String> options = new HashMap<>();
            options.put("data.uri", data);
            options.put("output.uri", output);
            options.put("train.epochs", epochs);
            options.put("run.id", runId);
            options.put("run.resume", resume ? "true" : null);
            options.put("run.force", force ? "true" : null);
            Settings settings = common.settings(recipe.file(), options);
            OptionalInt submitted = submission.submitIfCluster(settings);
            if (submitted.isPresent()) {
                // The driver prints the line.
                return submitted.getAsInt();
            }
            try (TerminalProgress progress = new TerminalProgress()) {
                Result result = new RetrainJob(settings, progress).run();
                return print(result);
            }
        } catch (RuntimeException e) {
            if (json) {
                Map<String, Object> line = outcome("failed", ExitStatus.of(e));
                line.put("reasons", List.of(String.valueOf(e.getMessage())));
                System.out.println(Json.line(line));
            }
            throw e;
        }
    }

    private int print(Result result) {
        if (!result.evaluations().isEmpty()) {
            System.out.println();
            System.out.print(EvaluationTable.of(
                    result.evaluations().get(result.evaluations().size() - 1)));
            System.out.println();
        }
        String stands =
                result.champion().map(run -> "the champion stays " + run).orElse("there is no champion yet");
        System.out.println(
                switch (result.status()) {
                    case PROMOTED -> "Promoted: " + result.champion().orElseThrow() + " is the champion now.";
                    case REJECTED -> "Rejected: " + stands + ".";
                    case NOTHING_NEW -> "Not trained: " + stands + "; --force trains anyway.";
                });
        result.reasons()
                .forEach(reason -> System.out.println(
                        TerminalText.wrapped("Because:  " + Printable.line(reason), TerminalText.OUTPUT_COLUMNS)));
        result.run().map(Run::reportUri).ifPresent(report -> System.out.println("Report:   " + report));
        int status = result.status() == Status.REJECTED ? ExitStatus.REJECTED : ExitStatus.DONE;
        if (json) {
            Map<String, Object> line = outcome(result.status().name().toLowerCase(Locale.ROOT), status);
            result.run().ifPresent(run -> {
                line.put("run_id", run.runId());
                line.put("run", run.folder().toString());
            });
            result.champion().ifPresent(name -> line.put("champion", name));
            line.put("reasons", result.reasons());
            System.out.println(Json.line(line));
        }
        return status;
    }

    private static Map<String, Object> outcome(String outcome, int status) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("command", "retrain");
        line.put("outcome", outcome);
        line.put("exit_status", status);
        return line;
    }
}
