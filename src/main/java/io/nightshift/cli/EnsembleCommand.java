package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.options.Submission;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.config.Printable;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.job.EnsembleJob;
import io.nightshift.model.ensemble.Ensemble.Member;
import io.nightshift.model.io.ModelCard;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ensemble", description = "Makes one model of several, whose scores are the mean of theirs.")
final class EnsembleCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Mixin
    private Submission submission;

    @Option(
            names = "--output",
            paramLabel = "URI",
            required = true,
            description = "The model to write, such as ensemble.zip.")
    private String output;

    @Option(
            names = "--data",
            paramLabel = "URI",
            description = "CSV (plain or .gz), or folder of images, on whose public_test the model is calibrated and"
                    + " measured; without it, neither is done.")
    private String data;

    @Parameters(
            paramLabel = "MODEL",
            arity = "1..*",
            description = "The models to join, two or more: a run's model.zip each.")
    private List<String> models;

    @Override
    public Integer call() {
        Secrets.refuseInUri("--output", output);
        models.forEach(model -> Secrets.refuseInUri("MODEL", model));
        Map<String, String> options = new HashMap<>();
        options.put("data.uri", data);
        Settings settings = common.settings(options);
        OptionalInt submitted = submission.submitIfCluster(settings);
        if (submitted.isPresent()) {
            return submitted.getAsInt();
        }
        try (TerminalProgress progress = new TerminalProgress()) {
            print(new EnsembleJob(settings, progress).run(models, output));
        }
        return ExitStatus.DONE;
    }

    private void print(EnsembleJob.Joined joined) {
        ModelCard card = joined.model().card();
        System.out.printf(
                Locale.ROOT,
                "Joined %d models: %,d parameters%n",
                joined.members().size(),
                joined.model().network().model().numParams());
        for (Member member : joined.members()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %s: %s, temperature %.4g%n",
                    Printable.line(member.name()),
                    Printable.line(member.model().card().origin()),
                    member.model().card().temperature());
        }
        System.out.println("Classes:     " + Printable.line(String.join(", ", card.classes())));
        System.out.println("Views:       "
                + card.testTimeAugmentation().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        System.out.println("Temperature: "
                + joined.evaluation()
                        .map(evaluation ->
                                "%.4g, with the least loss on %s".formatted(card.temperature(), evaluation.split()))
                        .orElse("1: not calibrated; name data with --data"));
        System.out.println("Measured:    "
                + joined.evaluation().map(EnsembleCommand::measured).orElse("nothing"));
        System.out.printf(
                Locale.ROOT,
                "Model:       %s, %,d bytes%n",
                output,
                joined.file().bytes());
        System.out.println(TerminalText.evaluation("Next:        ", output, data == null ? "fer2013.csv" : data));
    }

    private static String measured(Evaluation evaluation) {
        return "accuracy %s on %s (%,d images)"
                .formatted(evaluation.textWithError(Metric.ACCURACY), evaluation.split(), evaluation.examples());
    }
}
