package io.nightshift.cli.prediction;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.PredictionTable;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Printable;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.inference.ImagePrediction;
import io.nightshift.job.prediction.PredictJob;
import io.nightshift.store.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "predict", description = "Says what emotions the faces on images show.")
public final class PredictCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Option(names = "--model", paramLabel = "URI", required = true, description = "A run's model.zip or a checkpoint.")
    private String model;

    @Option(names = "--json", description = "One JSON object per image on standard output.")
    private boolean json;

    @Option(names = "--whole-image", description = "Takes each image as one face, and looks for none.")
    private boolean wholeImage;

    @Option(
            names = "--chart",
            paramLabel = "FILE.png",
            description = "Writes the picture with its boxes, and a bar chart of the scores beside it; for one image.")
    private String chart;

    @Option(
            names = "--explain",
            paramLabel = "FILE.png",
            description = "Writes each face under a heat map of what spoke for its label; for one image.")
    private String explanation;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "PNG, JPEG, WebP or BMP; a path or URI.")
    private List<String> images;

    @Override
    public Integer call() {
        Secrets.refuseInUri("--model", model);
        images.forEach(image -> Secrets.refuseInUri("IMAGE", image));
        requireOneImage("--chart", chart);
        requireOneImage("--explain", explanation);
        if (chart != null && chart.equals(explanation)) {
            throw new ConfigurationException("--chart and --explain name the same file, " + chart + "; name two");
        }
        Settings settings = common.settings(Map.of());
        try (TerminalProgress progress = new TerminalProgress()) {
            new PredictJob(settings, progress)
                    .run(
                            model,
                            images,
                            wholeImage,
                            new PredictJob.Drawings(Optional.ofNullable(chart), Optional.ofNullable(explanation)),
                            this::show);
        }
        return ExitStatus.DONE;
    }

    private void requireOneImage(String option, String drawing) {
        if (drawing != null && images.size() > 1) {
            throw new ConfigurationException(option + " draws one image, and " + images.size()
                    + " are named; name one, and call again for each of the others");
        }
    }

    private void show(ImagePrediction reading) {
        if (reading.isError()) {
            System.err.println("error: " + Printable.line(reading.uri() + " " + reading.error()));
        }
        if (json) {
            System.out.println(Json.line(reading.fields()));
        } else if (!reading.isError()) {
            System.out.print(PredictionTable.of(reading));
        }
    }
}
