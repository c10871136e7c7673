package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.options.RecipeOption;
import io.nightshift.cli.options.Submission;
import io.nightshift.cli.terminal.EvaluationTable;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.job.TrainJob;
import io.nightshift.run.EpochMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = "Trains a network on a CSV (emotion,pixels,Usage) and evaluates it; without --data on drawn "
                + "demo faces.",
        footerHeading = "%nNetworks (--set model.architecture=NAME): parameters, multiply-adds for an%nimage of "
                + "48x48; and what a recipe (--recipe NAME) got right of FER2013's%nPublicTest, "
                + "in minutes on two cores:%n",
        footer = {
            "  blog-cnn  1.5 M   29 M  the blog post's      blog        58.5 %%  10 min",
            "                                               blog-tuned  64.3 %%  34 min",
            "  compact   1.3 M   54 M  for processors       quick       66.2 %%   8 min",
            "                                               compact     69.1 %%  65 min",
            "  residual  3.4 M  213 M  for a night          night       69.8 %% 122 min",
            "  deep      9.4 M  511 M  for graphics cards   six epochs  66.2 %%  56 min",
            "docs/accuracy.md says how that was measured."
        })
final class TrainCommand implements Callable<Integer> {
    private static final String NEXT = "Next:      ";

    @Mixin
    private CommonOptions common;

    @Mixin
    private Submission submission;

    @Mixin
    private RecipeOption recipe;

    @Option(
            names = "--data",
            paramLabel = "URI",
            description = "CSV (plain or .gz), or folder of images; default: demo faces are drawn.")
    private String data;

    @Option(names = "--output", paramLabel = "URI", description = "Where runs are kept; default: out.")
    private String output;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training rows, at most.")
    private String epochs;

    @Option(names = "--run-id", paramLabel = "ID", description = "The run's name; default: its start time.")
    private String runId;

    @Option(names = "--resume", description = "Goes on with the run of this --run-id from its last checkpoint.")
    private boolean resume;

    @Override
    public Integer call() {
        Map<String, String> options = new HashMap<>();
        options.put("data.uri", data);
        options.put("output.uri", output);
        options.put("train.epochs", epochs);
        options.put("run.id", runId);
        options.put("run.resume", resume ? "true" : null);
        Settings settings = common.settings(recipe.file(), options);
        OptionalInt submitted = submission.submitIfCluster(settings);
        if (submitted.isPresent()) {
            return submitted.getAsInt();
        }
        try (TerminalProgress progress = new TerminalProgress()) {
            print(settings, new TrainJob(settings, progress).run());
        }
        return ExitStatus.DONE;
    }

    private static void print(Settings settings, TrainJob.Result result) {
        Evaluation shown = finalEvaluation(result.evaluations());
        System.out.println();
        System.out.print(EvaluationTable.of(shown));
        System.out.println();
        System.out.printf(
                Locale.ROOT,
                "Trained %d epoch%s on %s; %s.%n",
                result.outcome().epochs().size(),
                result.outcome().epochs().size() == 1 ? "" : "s",
                settings.data().isDemo() ? "drawn demo faces" : settings.data().uri(),
                kept(result.outcome().kept()));
        System.out.println(
                TerminalText.wrapped(headline(shown, result.outcome().bestBy()), TerminalText.OUTPUT_COLUMNS));
        System.out.println("Report:    " + result.run().reportUri());
        System.out.println("Model:     " + result.run().modelUri());
        System.out.println(next(settings, result));
    }

    private static String kept(List<EpochMetrics> kept) {
        return kept.size() == 1
                ? "the model of epoch " + kept.get(0).epoch() + " is kept"
                : "the models of epochs "
                        + kept.stream()
                                .map(epoch -> String.valueOf(epoch.epoch()))
                                .collect(Collectors.joining(", "))
                        + " are joined";
    }

    /** Returns the last split: private_test, by which nothing was chosen, if there is one. */
    private static Evaluation finalEvaluation(List<Evaluation> evaluations) {
        return evaluations.get(evaluations.size() - 1);
    }

    private static String headline(Evaluation evaluation, BestBy bestBy) {
        String faces =
                switch (Split.ofId(evaluation.split()).orElseThrow()) {
                    case TRAINING -> "It was trained on them: there are no others to measure it by.";
                    case PUBLIC_TEST ->
                        bestBy == BestBy.LAST
                                ? "It was not trained on them, and no epoch was chosen by them."
                                : "It was not trained on them, but its best epoch was chosen by them.";
                    case PRIVATE_TEST -> "It has never seen them.";
                };
        return String.format(
                Locale.ROOT,
                "It gets %s of %d faces right%s; always answering the most frequent class would get %.1f %%. %s",
                evaluation.textWithError(Metric.ACCURACY),
                evaluation.examples(),
                evaluation.metrics().containsKey(Metric.MAJORITY_VOTE_ACCURACY)
                        ? " (by the majority vote " + evaluation.textWithError(Metric.MAJORITY_VOTE_ACCURACY) + ")"
                        : "",
                100 * evaluation.value(Metric.MAJORITY_BASELINE),
                faces);
    }

    private static String next(Settings settings, TrainJob.Result result) {
        List<String> next = new ArrayList<>(List.of("./submit.sh"));
        if (settings.data().isDemo()) {
            next.addAll(List.of("train", "--data", "fer2013.csv"));
            return TerminalText.command(NEXT, next, TerminalText.OUTPUT_COLUMNS)
                    + "\n           (real faces: see 'Real data' in README.md)";
        }
        next.addAll(List.of("evaluate", "--model", result.run().modelUri()));
        next.addAll(List.of("--data", settings.data().uri()));
        next.addAll(List.of("--split", settings.train().refit() ? "private_test" : "public_test"));
        if (settings.data().imageSide() != 0) {
            next.addAll(
                    List.of("--set", "data.image-side-pixels=" + settings.data().imageSide()));
        }
        return TerminalText.command(NEXT, next, TerminalText.OUTPUT_COLUMNS);
    }
}
