package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.options.Submission;
import io.nightshift.cli.terminal.ComparisonTable;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.Split;
import io.nightshift.job.runs.CompareRunsJob;
import io.nightshift.report.RunComparison;
import io.nightshift.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        description = "Compares two runs: their models on the same rows, settings that differ, and learning curves.")
final class CompareCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Mixin
    private Submission submission;

    @Parameters(index = "0", paramLabel = "A", description = "Name of a run.")
    private String first;

    @Parameters(index = "1", paramLabel = "B", description = "Name of another one.")
    private String second;

    @Option(names = "--output", paramLabel = "URI", description = "Where the runs are kept; default: out.")
    private String output;

    @Option(names = "--data", paramLabel = "URI", description = "Rows to compare on; default: the data of A.")
    private String data;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            description = "training, public_test or private_test; default: public_test, on which models are chosen.")
    private String split;

    @Option(names = "--json", description = "The comparison as JSON on standard output.")
    private boolean json;

    @Option(names = "--page", paramLabel = "FILE", description = "Writes the comparison as an HTML page.")
    private String page;

    @Override
    public Integer call() {
        Secrets.refuseInUri("--data", String.valueOf(data));
        Secrets.refuseInUri("--page", String.valueOf(page));
        Map<String, String> options = new HashMap<>();
        options.put("output.uri", output);
        Settings settings = common.settings(options);
        Optional<Split> chosen = Optional.ofNullable(split).map(EvaluateCommand::split);
        OptionalInt submitted = submission.submitIfCluster(settings);
        if (submitted.isPresent()) {
            return submitted.getAsInt();
        }
        try (TerminalProgress progress = new TerminalProgress()) {
            RunComparison comparison = new CompareRunsJob(settings, Optional.ofNullable(data), progress)
                    .run(first, second, chosen, Optional.ofNullable(page));
            System.out.print(
                    json ? new String(Json.bytes(comparison), StandardCharsets.UTF_8) : ComparisonTable.of(comparison));
        }
        return ExitStatus.DONE;
    }
}
