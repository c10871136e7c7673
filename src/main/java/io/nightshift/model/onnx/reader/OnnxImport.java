package io.nightshift.model.onnx.reader;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.batch.NetworkInput.Layout;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.ImportOptions.PixelScaling;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.onnx.OnnxExport;
import io.nightshift.model.onnx.file.OnnxFile;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.LayerList;
import io.nightshift.model.onnx.layers.Value;
import io.nightshift.model.onnx.layers.Value.Activations;
import io.nightshift.model.onnx.layers.Value.Pixels;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;

/**
 * Converts an ONNX model of the operations that the engine knows, and runs it once. The network takes images with
 * channels first and ends in a softmax, which is added if the file ends without one.
 */
public final class OnnxImport {
    /** The tag of the first field, the version of the format, which is below 128. */
    private static final int FIRST_TAG = 8;

    private OnnxImport() {}

    /** Whether a file's name, or its first bytes, say that it is ONNX. */
    public static boolean recognises(byte[] content, String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".onnx")
                || content.length > 2 && content[0] == FIRST_TAG && content[1] > 0 && content[1] < 32;
    }

    /**
     * Imports a file.
     *
     * @param content of the file
     * @param name    of the file in messages and in the model's card
     * @param options without pixels, these become 0..255 for an input of bytes and in files of {@link OnnxExport}, and
     *                0..1 in others
     * @param note    receives a line that the user may want to know
     * @throws DataException          if the file is damaged, no ONNX model, or has operations that are not known, which
     *                                are named
     * @throws ConfigurationException if the options do not fit the file
     */
    public static TrainedModel read(byte[] content, String name, ImportOptions options, Consumer<String> note) {
        OnnxFile file = OnnxFile.of(content, name);
        String views = file.properties().getOrDefault(OnnxExport.VIEWS, "none");
        if (isOwn(file) && !views.equals("none")) {
            throw new DataException(name + " cannot be imported: it averages over views (" + views
                    + "), which are no part of a model here; export the model with --views none");
        }
        int[] sizes = sizes(file);
        boolean channelsLast = isChannels(sizes[3]) && !isChannels(sizes[1]);
        int channels = sizes[channelsLast ? 3 : 1];
        int rows = sizes[channelsLast ? 1 : 2];
        if (!isChannels(channels) || rows != sizes[channelsLast ? 2 : 3]) {
            throw new DataException(name + " takes input of shape " + List.of(sizes[1], sizes[2], sizes[3])
                    + " for an image, where 0 is open; expected square images of one channel, or of three");
        }
        int side = options.side(rows == 0 ? OptionalInt.empty() : OptionalInt.of(rows), name);
        NetworkReader reader = new NetworkReader(file, side, channels, channelsLast);
        GraphValues values = reader.read();
        return run(model(file, options, values, reader.logits(), note), name);
    }

    private static TrainedModel model(
            OnnxFile file, ImportOptions options, GraphValues values, Activations logits, Consumer<String> note) {
        if (!(values.output(file.output(), file.name()) instanceof Value.Scores)) {
            note.accept(file.name() + " ends without a softmax: one was added");
        }
        LayerList layers = values.layers();
        Pixels input = values.input();
        PixelScaling pixels = options.pixels()
                .orElse(
                        isOwn(file) || type(file) == TensorProto.DataType.UINT8
                                ? PixelScaling.BYTES
                                : PixelScaling.UNIT);
        List<String> classes = options.classes(classes(file), logits.shape().size(), file.name());
        double factor = layers.factor(logits.layer());
        int unscaled = factor == 1
                ? logits.layer()
                : layers.get(logits.layer()).inputs().get(0);
        try {
            return TrainedModel.of(
                    layers.build(unscaled, new Shape(input.channels(), values.side(), values.side())),
                    new ModelCard(
                            classes,
                            new NetworkInput(
                                    values.side(),
                                    input.channels(),
                                    Layout.NCHW,
                                    pixels.scale() * input.scale(),
                                    pixels.offset() * input.scale() + input.offset()),
                            1 / factor,
                            "onnx: " + file.name()));
        } catch (RuntimeException e) {
            throw new DataException(
                    file.name() + " cannot be imported: DL4J does not take its layers as they are: " + firstLine(e), e);
        }
    }

    private static TrainedModel run(TrainedModel model, String name) {
        int side = model.card().input().side();
        double sum = 0;
        try {
            for (float score : model.scores(new byte[side * side])[0]) {
                sum += score;
            }
        } catch (RuntimeException e) {
            throw new DataException(
                    name + " was imported, and then failed on an image of " + side + " x " + side + ": " + firstLine(e),
                    e);
        }
        if (!(Math.abs(sum - 1) < 1e-3)) {
            throw new DataException(name + " gives scores that sum to " + sum
                    + " for a black image; its weights may be damaged: export it again");
        }
        return model;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private static boolean isOwn(OnnxFile file) {
        return file.producer().equals(OnnxExport.PRODUCER);
    }

    private static TensorProto.DataType type(OnnxFile file) {
        return TensorProto.DataType.forNumber(
                file.input().getType().getTensorType().getElemType());
    }

    /** Returns the four sizes of the input; 0 for one that is open. */
    private static int[] sizes(OnnxFile file) {
        TensorProto.DataType type = type(file);
        if (type != TensorProto.DataType.FLOAT && type != TensorProto.DataType.UINT8) {
            throw new DataException(file.name() + " takes numbers of the type " + type + "; known are FLOAT and UINT8");
        }
        TensorShapeProto shape = file.input().getType().getTensorType().getShape();
        if (shape.getDimCount() != 4) {
            throw new DataException(file.name() + " takes input of " + shape.getDimCount()
                    + " dimensions; expected a model that takes images, such as [N, 1, 48, 48]");
        }
        return shape.getDimList().stream()
                .mapToInt(size -> (int) Math.min(Math.max(0, size.getDimValue()), Integer.MAX_VALUE))
                .toArray();
    }

    private static boolean isChannels(int size) {
        return size == 1 || size == 3;
    }

    private static List<String> classes(OnnxFile file) {
        String json = file.properties().get(OnnxExport.CLASSES);
        try {
            return json == null ? List.of() : new ObjectMapper().readValue(json, new TypeReference<List<String>>() {});
        } catch (IOException e) {
            // Another program's property of this name.
            return List.of();
        }
    }
}
