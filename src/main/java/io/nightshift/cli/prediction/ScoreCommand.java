package io.nightshift.cli.prediction;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.options.Submission;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.prediction.ScoreJob;
import io.nightshift.scoring.ScoreTotals;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "score",
        description = "Scores all faces on the images of a folder, or all rows of a CSV, as a Spark job.")
public final class ScoreCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Mixin
    private Submission submission;

    @Option(names = "--model", paramLabel = "URI", required = true, description = "A run's model.zip or a checkpoint.")
    private String model;

    @Option(
            names = "--input",
            paramLabel = "URI",
            required = true,
            description = "A folder of images, with all folders under it, or a CSV in the FER2013 format.")
    private String input;

    @Option(
            names = "--output",
            paramLabel = "URI",
            required = true,
            description = "Folder for the parts; parts that are there are not scored again.")
    private String output;

    @Option(names = "--format", paramLabel = "jsonl|parquet", description = "Format of the parts; default: jsonl.")
    private String format;

    @Option(names = "--whole-image", description = "Takes each image as one face, and looks for none.")
    private boolean wholeImage;

    @Override
    public Integer call() {
        Secrets.refuseInUri("--model", model);
        Secrets.refuseInUri("--input", input);
        Secrets.refuseInUri("--output", output);
        Map<String, String> options = new HashMap<>();
        options.put("score.format", format);
        Settings settings = common.settings(options);
        OptionalInt submitted = submission.submitIfCluster(settings);
        if (submitted.isPresent()) {
            return submitted.getAsInt();
        }
        try (TerminalProgress progress = new TerminalProgress()) {
            ScoreTotals totals = new ScoreJob(settings, progress).run(model, input, output, wholeImage);
            System.out.println("Scored " + totals.images() + " images: " + totals.faces() + " faces, "
                    + totals.withoutFace() + " images without a face, " + totals.unreadable()
                    + " that cannot be read; in " + output + "/part-*."
                    + settings.score().format().ending());
        }
        return ExitStatus.DONE;
    }
}
