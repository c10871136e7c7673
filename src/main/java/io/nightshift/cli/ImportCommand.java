package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Printable;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.GraphNetwork;
import io.nightshift.job.ImportJob;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.ImportOptions.PixelScaling;
import io.nightshift.model.TrainedModel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        description = "Makes a Keras model (.h5, .keras) or an ONNX model one that the other commands take.")
final class ImportCommand implements Callable<Integer> {
    private static final String NUMBER = "-?[0-9]*\\.?[0-9]+([eE]-?[0-9]+)?";

    @Mixin
    private CommonOptions common;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            required = true,
            description = "The model, as Keras saves it (.h5, .keras), or as ONNX (.onnx).")
    private String from;

    @Option(
            names = "--structure",
            paramLabel = "FILE.json",
            description = "The model's structure, as model.to_json() gives it, for an .h5 with the weights alone.")
    private String structure;

    @Option(
            names = "--output",
            paramLabel = "URI",
            required = true,
            description = "The model to write, such as model.zip.")
    private String output;

    @Option(
            names = "--input-side",
            paramLabel = "N",
            description = "Rows and columns of an image, if the file leaves that open.")
    private Integer side;

    @Option(
            names = "--pixel-scaling",
            paramLabel = "RANGE",
            description = "What the model was trained to take "
                    + "pixels as: 0..1 (the default), -1..1, 0..255, or SCALE,OFFSET for pixel * "
                    + "SCALE + OFFSET. No Keras file says it; an ONNX file of export, or with bytes as input, does.")
    private String scaling;

    @Option(
            names = "--classes",
            paramLabel = "NAME",
            split = ",",
            description = "Names in label order; default: those in an ONNX file of export, or FER2013's seven.")
    private List<String> classes = List.of();

    @Override
    public Integer call() {
        Secrets.refuseInUri("--from", from);
        if (structure != null) {
            Secrets.refuseInUri("--structure", structure);
        }
        Secrets.refuseInUri("--output", output);
        if (side != null && (side < 1 || side > 1_024)) {
            throw new ConfigurationException(
                    "--input-side " + side + " cannot be used: it must be a whole number from 1 to 1024");
        }
        ImportOptions options = new ImportOptions(
                side == null ? OptionalInt.empty() : OptionalInt.of(side),
                Optional.ofNullable(scaling).map(ImportCommand::scaling),
                classes.stream().map(String::strip).toList());
        Settings settings = common.settings(Map.of());
        try (TerminalProgress progress = new TerminalProgress()) {
            print(new ImportJob(settings, progress).run(from, structure, output, options));
        }
        return ExitStatus.DONE;
    }

    private static PixelScaling scaling(String scaling) {
        return switch (scaling) {
            case "0..1" -> PixelScaling.UNIT;
            case "-1..1" -> new PixelScaling(2 / 255.0, -1);
            case "0..255" -> PixelScaling.BYTES;
            default -> {
                if (!scaling.matches(NUMBER + "," + NUMBER)) {
                    throw new ConfigurationException(
                            "--pixel-scaling " + scaling + " cannot be used: it must be 0..1, -1..1, 0..255 or "
                                    + "SCALE,OFFSET, such as 0.0078431,-1");
                }
                String[] numbers = scaling.split(",");
                yield new PixelScaling(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
            }
        };
    }

    private void print(TrainedModel model) {
        NetworkInput input = model.card().input();
        System.out.printf(
                Locale.ROOT,
                "Imported %s: %s, %,d parameters%n",
                from,
                model.network() instanceof GraphNetwork ? "a graph of layers" : "layers in a row",
                model.network().model().numParams());
        System.out.printf(
                Locale.ROOT,
                "Run once, on a grey image of %d x %d (%d %s): %d scores that sum to 1%n",
                input.side(),
                input.side(),
                input.channels(),
                input.channels() == 1 ? "channel" : "channels",
                model.card().classes().size());
        System.out.printf(
                Locale.ROOT,
                "Pixels:   0..255 become %.4g..%.4g (--pixel-scaling)%n",
                input.offset(),
                255 * input.scale() + input.offset());
        System.out.println(
                "Classes:  " + Printable.line(String.join(", ", model.card().classes())));
        System.out.println("Model:    " + output);
        System.out.println(TerminalText.evaluation("Next:     ", output, "fer2013.csv"));
    }
}
