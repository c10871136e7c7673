package io.nightshift.model.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightshift.dataset.DataException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses settings of layers that DL4J's importer ignores, or computes in another way than Keras. The network would be
 * imported and give other scores, or fail without a word of the setting.
 */
final class KerasSettings {
    /** A setting of which one value is computed right. */
    private record Only(String className, String setting, String value, String advice) {}

    private static final List<Only> ONLY = List.of(
            new Only(
                    "UpSampling2D",
                    "interpolation",
                    "nearest",
                    "DL4J repeats the nearest pixel; train it with interpolation = nearest"),
            new Only("Conv2D", "groups", "1", "DL4J has no groups of channels; train it with groups = 1"),
            new Only(
                    "Conv2DTranspose",
                    "output_padding",
                    "null",
                    "DL4J ignores it; train it without, so that the padding gives the size"));

    private static final Set<String> ACTIVATIONS = Set.of(
            "elu",
            "hard_sigmoid",
            "linear",
            "relu",
            "relu6",
            "selu",
            "sigmoid",
            "softmax",
            "softplus",
            "softsign",
            "swish",
            "tanh");

    private static final int IMAGES = 4;
    private static final String CHANNELS_FIRST = "channels_first";
    /** Keras 1's setting and word for it. */
    private static final String DIM_ORDERING = "dim_ordering";

    private static final String THEANO = "th";
    private static final String DATA_FORMAT = "data_format";

    private final String name;
    private final boolean channelsFirst;
    /** How many dimensions the output of each layer has, with that of the examples. */
    private final Map<String, Integer> ranks = new HashMap<>();

    private KerasSettings(List<JsonNode> layers, String name) {
        this.name = name;
        this.channelsFirst = layers.stream()
                .map(layer -> layer.path("config"))
                .map(config -> config.path(config.has(DIM_ORDERING) ? DIM_ORDERING : DATA_FORMAT))
                .filter(JsonNode::isTextual)
                .findFirst()
                .map(format -> Set.of(CHANNELS_FIRST, THEANO).contains(format.asText()))
                .orElse(false);
    }

    /**
     * Refuses the first layer with a setting that would not be computed as in Keras.
     *
     * @param layers as Keras writes them, each after those that it takes its input from
     * @param name   of the file in messages
     * @throws DataException that names the layer, the setting and what to do
     */
    static void require(List<JsonNode> layers, String name) {
        KerasSettings settings = new KerasSettings(layers, name);
        int rank = IMAGES;
        for (JsonNode layer : layers) {
            if (layer.path("config").has("layers")) {
                // A model in the model, which DL4J refuses by name: what it gives is not known here.
                return;
            }
            String input = layer.path("inbound_nodes").path(0).path(0).path(0).asText();
            rank = settings.ranks.getOrDefault(input, rank);
            settings.require(layer, rank);
            rank = rankAfter(layer, rank);
            settings.ranks.put(layer.path("config").path("name").asText(), rank);
        }
    }

    private void require(JsonNode layer, int rank) {
        String className = layer.path("class_name").asText();
        for (Only only : ONLY) {
            JsonNode value = layer.path("config").path(only.setting());
            if (className.equals(only.className())
                    && !value.isMissingNode()
                    && !value.asText().equals(only.value())) {
                throw refused(layer, only.setting(), value, only.advice());
            }
        }
        requireActivation(layer);
        int last = rank - 1;
        int channels = channelsFirst && rank == IMAGES ? 1 : last;
        switch (className) {
            case "PReLU" ->
                throw new DataException(name + " cannot be imported: DL4J's importer does not read the "
                        + "weights of its layer " + described(layer) + "; train it with LeakyReLU");
            case "BatchNormalization" -> requireAxis(layer, channels, rank, "normalises each channel");
            case "Concatenate" -> requireAxis(layer, channels, rank, "joins channels");
            case "Softmax" -> requireAxis(layer, last, rank, "takes the last axis");
            case "Flatten" -> requireOrder(layer, DATA_FORMAT, rank, CHANNELS_FIRST);
            case "Permute" -> requireOrder(layer, "dims", rank, "");
            default -> {
                // It has no setting that matters.
            }
        }
    }

    private void requireActivation(JsonNode layer) {
        JsonNode activation = layer.path("config").path("activation");
        if (activation.isObject()) {
            throw refused(
                    layer,
                    "activation",
                    activation.path("class_name"),
                    "DL4J takes the name of a function there; make it a layer of its own after this one");
        }
        if (activation.isTextual() && !ACTIVATIONS.contains(activation.asText())) {
            throw refused(
                    layer,
                    "activation",
                    activation,
                    "DL4J does not know it; train it with another, such as relu or swish");
        }
    }

    private void requireAxis(JsonNode layer, int computed, int rank, String what) {
        JsonNode given = layer.path("config").path("axis");
        // Keras 2 writes that of a batch normalisation as a list.
        JsonNode axis = given.isArray() && given.size() == 1 ? given.get(0) : given;
        if (!axis.isMissingNode() && !(axis.isInt() && Math.floorMod(axis.asInt(), rank) == computed)) {
            throw refused(layer, "axis", given, "DL4J " + what + "; train it with axis = " + (computed - rank));
        }
    }

    /** DL4J would take channels that come last for rows. */
    private void requireOrder(JsonNode layer, String setting, int rank, String reordered) {
        JsonNode value = layer.path("config").path(setting);
        if (rank == IMAGES && !channelsFirst && (reordered.isEmpty() || reordered.equals(value.asText()))) {
            throw refused(
                    layer,
                    setting,
                    value,
                    "DL4J does not reorder images that have their channels last; train it without");
        }
    }

    private static int rankAfter(JsonNode layer, int rank) {
        JsonNode config = layer.path("config");
        return switch (layer.path("class_name").asText()) {
            case "Flatten" -> 2;
            case "GlobalAveragePooling2D", "GlobalMaxPooling2D" ->
                config.path("keepdims").asBoolean() ? rank : 2;
            case "Reshape" -> 1 + config.path("target_shape").size();
            case "RepeatVector" -> 3;
            case "LSTM", "SimpleRNN" -> config.path("return_sequences").asBoolean() ? 3 : 2;
            default -> rank;
        };
    }

    private DataException refused(JsonNode layer, String setting, JsonNode value, String advice) {
        return new DataException(name + " cannot be imported: its layer " + described(layer) + " has " + setting + " = "
                + (value.isTextual() ? value.asText() : value) + ", and " + advice);
    }

    private static String described(JsonNode layer) {
        return layer.path("config").path("name").asText() + " ("
                + layer.path("class_name").asText() + ")";
    }
}
