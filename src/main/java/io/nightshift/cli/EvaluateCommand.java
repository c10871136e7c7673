package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.terminal.EvaluationTable;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Secrets;
import io.nightshift.config.Settings;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.job.EvaluateJob;
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

@Command(
        name = "evaluate",
        description = "Evaluates a saved model, per class, on one split of a CSV or a folder of images.")
final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Mixin
    private Submission submission;

    @Option(names = "--model", paramLabel = "URI", required = true, description = "A run's model.zip or a checkpoint.")
    private String model;

    @Option(names = "--data", paramLabel = "URI", description = "CSV (plain or .gz), or folder of images.")
    private String data;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            required = true,
            description = "training, public_test or private_test.")
    private String split;

    @Option(names = "--output", paramLabel = "URI", description = "Folder for <split>.json and <split>-confusion.csv.")
    private String output;

    @Option(names = "--json", description = "The metrics as JSON on standard output, as in <split>.json.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, String> options = new HashMap<>();
        options.put("data.uri", data);
        Secrets.refuseInUri("--model", model);
        Secrets.refuseInUri("--output", String.valueOf(output));
        Settings settings = common.settings(options);
        if (settings.data().isDemo()) {
            throw new ConfigurationException("--data is missing; name the CSV to evaluate on");
        }
        Split chosen = split(split);
        OptionalInt submitted = submission.submitIfCluster(settings);
        if (submitted.isPresent()) {
            return submitted.getAsInt();
        }
        try (TerminalProgress progress = new TerminalProgress()) {
            EvaluateJob job = new EvaluateJob(settings, progress);
            Evaluation evaluation = job.run(model, chosen, Optional.ofNullable(output));
            System.out.print(
                    json ? new String(Json.bytes(evaluation), StandardCharsets.UTF_8) : EvaluationTable.of(evaluation));
        }
        return ExitStatus.DONE;
    }

    /** Reads the value of a {@code --split}. */
    static Split split(String id) {
        return Split.ofId(id)
                .orElseThrow(() -> new ConfigurationException(
                        "--split " + id + ": there is no such split; choose training, public_test or private_test"));
    }
}
