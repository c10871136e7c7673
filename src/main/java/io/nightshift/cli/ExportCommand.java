package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Printable;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.job.ExportJob;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.onnx.OnnxExport;
import io.nightshift.model.onnx.OnnxExport.PixelType;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        description = "Writes a model as ONNX: grey images in, calibrated probabilities out, and all between inside.")
final class ExportCommand implements Callable<Integer> {
    private static final Map<String, PixelType> PIXELS = Map.of("uint8", PixelType.UINT8, "float32", PixelType.FLOAT32);
    private static final Map<String, TestTimeAugmentation> VIEWS = Map.of(
            "none",
            TestTimeAugmentation.NONE,
            "flip",
            TestTimeAugmentation.FLIP,
            "ten-crop",
            TestTimeAugmentation.TEN_CROP);

    @Mixin
    private CommonOptions common;

    @Option(names = "--model", paramLabel = "URI", required = true, description = "A run's model.zip or a checkpoint.")
    private String model;

    @Option(names = "--output", paramLabel = "FILE.onnx", required = true, description = "The file to write.")
    private String output;

    @Option(
            names = "--input",
            paramLabel = "uint8|float32",
            defaultValue = "uint8",
            description = "Type of a pixel, 0..255, in the graph's input; default: uint8.")
    private String input;

    @Option(
            names = "--views",
            paramLabel = "none|flip|ten-crop",
            defaultValue = "none",
            description = "Versions of each image whose scores the graph averages: the image alone (the default), its"
                    + " mirror image too, or ten crops.")
    private String views;

    @Override
    public Integer call() {
        Secrets.refuseInUri("--model", model);
        Secrets.refuseInUri("--output", output);
        OnnxExport how = new OnnxExport(
                chosen("--input", input, PIXELS, "uint8 or float32"),
                chosen("--views", views, VIEWS, "none, flip or ten-crop"));
        Settings settings = common.settings(Map.of());
        try (TerminalProgress progress = new TerminalProgress()) {
            print(new ExportJob(settings, progress).run(model, output, how));
        }
        return ExitStatus.DONE;
    }

    private static <T> T chosen(String option, String value, Map<String, T> allowed, String names) {
        if (!allowed.containsKey(value)) {
            throw new ConfigurationException(option + " " + value + " cannot be used: it must be " + names);
        }
        return allowed.get(value);
    }

    private void print(ExportJob.Exported exported) {
        ModelCard card = exported.model().card();
        int side = card.input().side();
        System.out.printf(
                Locale.ROOT,
                "Exported %s: %,d parameters%n",
                model,
                exported.model().network().model().numParams());
        System.out.printf(
                Locale.ROOT,
                "Input:    %s, %s [N, 1, %d, %d]: grey images, pixels 0..255%n",
                OnnxExport.INPUT,
                input,
                side,
                side);
        System.out.printf(
                Locale.ROOT,
                "Output:   %s, float32 [N, %d]: %s%n",
                OnnxExport.OUTPUT,
                card.classes().size(),
                Printable.line(String.join(", ", card.classes())));
        System.out.printf(
                Locale.ROOT,
                "Inside:   pixels become %.4g..%.4g; temperature %.4g; views: %s%n",
                card.input().offset(),
                255 * card.input().scale() + card.input().offset(),
                card.temperature(),
                views);
        System.out.printf(
                Locale.ROOT,
                "File:     %s, %,d bytes, ONNX operations of version %d%n",
                output,
                exported.file().bytes(),
                OnnxExport.OPSET);
    }
}
