package io.nightshift.model.onnx;

import static io.nightshift.model.onnx.GraphBuilder.attribute;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.store.Json;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;

/**
 * Writes a model as ONNX. The graph takes grey images as they are, {@value #INPUT} of {@code [N, 1, side, side]} in
 * 0..255, and gives what {@link TrainedModel#scores} gives, {@value #OUTPUT} of {@code [N, classes]}: the scaling of
 * pixels, the views, the temperature and the softmax are inside.
 *
 * @param pixels type of a pixel in the input
 * @param views  versions of each image whose scores are averaged
 */
public record OnnxExport(PixelType pixels, TestTimeAugmentation views) {
    /** The name of the graph's input. */
    public static final String INPUT = "images";

    /** The name of the graph's output. */
    public static final String OUTPUT = "probabilities";

    /** The version of ONNX's operations: of 2020, which runtimes since then read. */
    public static final int OPSET = 13;

    /** The name of this program in a file. */
    public static final String PRODUCER = "nightshift";
    /** The entry of the model's properties that holds the classes, as a JSON array. */
    public static final String CLASSES = "classes";
    /** The entry that says how many views are inside. */
    public static final String VIEWS = "views";

    /** The version of ONNX's file format that belongs to the operations. */
    private static final int FORMAT = 7;

    /** Types of a pixel. */
    public enum PixelType {
        /** A byte, 0..255. */
        UINT8(TensorProto.DataType.UINT8),
        /** A float, 0..255. */
        FLOAT32(TensorProto.DataType.FLOAT);

        private final TensorProto.DataType type;

        PixelType(TensorProto.DataType type) {
            this.type = type;
        }
    }

    /**
     * Writes the content of an ONNX file. Equal models give equal bytes.
     *
     * @param sha256  of the model's own file, for the properties
     * @param version of this program, for the properties
     * @throws UnsupportedNetworkException if something in the network is not known to the engine, or not to ONNX; the
     *                                     message names the layer
     */
    public byte[] bytes(TrainedModel model, String sha256, String version) {
        ModelCard card = model.card();
        return ModelProto.newBuilder()
                .setIrVersion(FORMAT)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setProducerName(PRODUCER)
                .setProducerVersion(version)
                .setDocString(INPUT + ": grey images of " + card.input().side() + " x "
                        + card.input().side() + ", pixels 0..255. " + OUTPUT + ": a score for each class, in the order"
                        + " of the property " + CLASSES + ".")
                .addAllMetadataProps(properties(card, sha256).entrySet().stream()
                        .map(entry -> StringStringEntryProto.newBuilder()
                                .setKey(entry.getKey())
                                .setValue(entry.getValue())
                                .build())
                        .toList())
                .setGraph(graph(model).build())
                .build()
                .toByteArray();
    }

    private Map<String, String> properties(ModelCard card, String sha256) {
        Map<String, String> properties = new TreeMap<>(Map.of(
                CLASSES,
                Json.line(card.classes()),
                "model_sha256",
                sha256,
                "origin",
                card.origin(),
                "pixels",
                "0..255",
                "temperature",
                Double.toString(card.temperature()),
                VIEWS,
                views.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        card.runId().ifPresent(id -> properties.put("run_id", id));
        return properties;
    }

    private GraphBuilder graph(TrainedModel model) {
        NetworkInput input = model.card().input();
        Graph network = Graph.of(
                model.network(),
                new Shape(input.channels(), input.side(), input.side()),
                input.layout() == NetworkInput.Layout.NHWC);
        GraphBuilder builder = new GraphBuilder();
        NetworkWriter writer = new NetworkWriter(
                builder, network, model.network().params().data().asFloat());
        ImageViews imageViews = new ImageViews(views, input.side());
        double inverse = 1 / model.card().temperature();
        boolean temperedInside = imageViews.isOne() && network.endsInSoftmax();
        String images = imageViews.write(builder, image(builder, input));
        String scores = writer.write(images, temperedInside ? inverse : 1);
        String average = imageViews.average(builder, scores, network.classes());
        if (!temperedInside && inverse != 1) {
            temper(builder, average, inverse);
        }
        builder.output(OUTPUT, network.classes());
        return builder;
    }

    private String image(GraphBuilder builder, NetworkInput input) {
        String image = builder.input(INPUT, pixels.type, 1, input.side(), input.side());
        if (pixels != PixelType.FLOAT32) {
            image = builder.add("Cast", List.of(image), attribute("to", TensorProto.DataType.FLOAT.getNumber()));
        }
        image = builder.add("Mul", List.of(image, builder.number(input.scale())));
        if (input.offset() != 0) {
            image = builder.add("Add", List.of(image, builder.number(input.offset())));
        }
        return input.channels() == 1
                ? image
                : builder.add("Concat", Collections.nCopies(input.channels(), image), attribute("axis", 1));
    }

    /** Writes softmax(log(scores) / T), with the smallest score that no runtime takes for 0. */
    private static void temper(GraphBuilder builder, String scores, double inverse) {
        String positive = builder.add("Clip", List.of(scores, builder.number(Float.MIN_NORMAL), builder.number(1)));
        String logits = builder.add("Log", List.of(positive));
        String scaled = builder.add("Mul", List.of(logits, builder.number(inverse)));
        builder.add("Softmax", List.of(scaled), attribute("axis", 1));
    }
}
