package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.options.Submission;
import io.nightshift.cli.terminal.EvaluationTable;
import io.nightshift.cli.terminal.SidesTable;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.ModelComparison;
import io.nightshift.job.EvaluateJob;
import io.nightshift.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
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
    private List<String> models;

    @Option(
            names = "--against",
            paramLabel = "URI",
            description =
                    "Another model, to compare with on the same rows. It and --model may be repeated, for models of "
                            + "one recipe with several seeds.")
    private List<String> against = List.of();

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
        models.forEach(uri -> Secrets.refuseInUri("--model", uri));
        against.forEach(uri -> Secrets.refuseInUri("--against", uri));
        Secrets.refuseInUri("--output", String.valueOf(output));
        Settings settings = common.settings(options);
        if (settings.data().isDemo()) {
            throw new ConfigurationException("--data is missing; name the CSV to evaluate on");
        }
        requireOneModelUnlessCompared();
        Split chosen = split(split);
        OptionalInt submitted = submission.submitIfCluster(settings);
        if (submitted.isPresent()) {
            return submitted.getAsInt();
        }
        try (TerminalProgress progress = new TerminalProgress()) {
            EvaluateJob job = new EvaluateJob(settings, progress);
            if (against.isEmpty()) {
                Evaluation evaluation = job.run(models.get(0), chosen, Optional.ofNullable(output));
                print(evaluation, EvaluationTable.of(evaluation));
            } else {
                ModelComparison compared = job.compare(models, against, chosen);
                print(compared, SidesTable.of(compared, TerminalText.OUTPUT_COLUMNS));
            }
        }
        return ExitStatus.DONE;
    }

    private void print(Object result, String text) {
        System.out.print(json ? new String(Json.bytes(result), StandardCharsets.UTF_8) : text);
    }

    private void requireOneModelUnlessCompared() {
        if (against.isEmpty() && models.size() > 1) {
            throw new ConfigurationException("--model is given " + models.size()
                    + " times, and several models are only compared with others; name one, or add --against URI");
        }
        if (!against.isEmpty() && output != null) {
            throw new ConfigurationException("--output " + output + " takes the files of one model's evaluation, and "
                    + "--against compares; leave one of them out, or use --json");
        }
    }

    /** Reads the value of a {@code --split}. */
    static Split split(String id) {
        return Split.ofId(id)
                .orElseThrow(() -> new ConfigurationException(
                        "--split " + id + ": there is no such split; choose training, public_test or private_test"));
    }
}
