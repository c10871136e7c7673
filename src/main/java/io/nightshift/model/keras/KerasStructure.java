package io.nightshift.model.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.batch.NetworkInput.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.deeplearning4j.nn.modelimport.keras.config.KerasLayerConfigurationFactory;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLayerUtils;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelUtils;

/**
 * Describes the model in a Keras file, without its weights.
 *
 * @param version    of Keras, 1 or 2; the description of Keras 3 is rewritten as that of 2
 * @param model      as Keras writes it
 * @param layers     in the file's order, each as Keras writes it
 * @param side       rows and columns of an image; empty if the model leaves that open
 * @param channels   of an image; 1 if the file does not say
 * @param layout     of the array of images
 */
record KerasStructure(
        int version, ObjectNode model, List<JsonNode> layers, OptionalInt side, int channels, Layout layout) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TENSORFLOW = "tensorflow";

    /**
     * Reads the description in a file of a whole model.
     *
     * @param name of the file in messages
     * @throws DataException if it is damaged, holds no model, or one of another Keras or for other images
     */
    static KerasStructure of(KerasFile file, String name) {
        String model = file.text("model_config")
                .orElseThrow(() -> new DataException(
                        name + " holds no Keras model, perhaps its weights alone (it has no attribute model_config); "
                                + "save the whole model, with model.save(\"model.h5\"), or name the file of its "
                                + "structure with --structure"));
        return of(
                model,
                file.text("keras_version").orElse("1"),
                file.text("backend").orElse(TENSORFLOW),
                name);
    }

    /**
     * Reads the description in a {@code .keras} file.
     *
     * @param name of the file in messages
     * @throws DataException as {@link #of(KerasFile, String)}
     */
    static KerasStructure of(KerasArchive archive, String name) {
        try {
            String version =
                    JSON.readTree(archive.metadata()).path("keras_version").asText("of unknown version");
            if (!version.startsWith("3.")) {
                throw new DataException(name + " is of Keras " + version
                        + ", and of .keras files those of Keras 3 are imported: save it with model.save(\"model.h5\")");
            }
            return of(new String(archive.description(), StandardCharsets.UTF_8), version, TENSORFLOW, name);
        } catch (IOException e) {
            throw new DataException(name + " is damaged: its metadata.json is no JSON; copy it again", e);
        }
    }

    /**
     * Reads the description that Keras writes with {@code model.to_json()}.
     *
     * @param content in UTF-8
     * @param name    of the file in messages
     * @throws DataException as {@link #of(KerasFile, String)}
     */
    static KerasStructure of(byte[] content, String name) {
        String text = new String(content, StandardCharsets.UTF_8);
        try {
            JsonNode model = JSON.readTree(text);
            if (model != null && model.isObject() && model.path("config").isContainerNode()) {
                return of(
                        text,
                        model.path("keras_version").asText(Keras3Description.recognises(model) ? "3" : "1"),
                        model.path("backend").asText(TENSORFLOW),
                        name);
            }
        } catch (JsonProcessingException e) {
            // The same line says it.
        }
        throw new DataException(
                name + " is no structure of a Keras model; write it in Keras, with open(\"model.json\", \"w\")"
                        + ".write(model.to_json())");
    }

    private static KerasStructure of(String model, String version, String backend, String name) {
        if (!version.matches("[123]\\b.*")) {
            throw new DataException(name + " is of Keras " + version
                    + "; models of Keras 1 to 3 are imported: save it with one of these");
        }
        try {
            // The importer looks for both in the description.
            ObjectNode described = JSON.readValue(model, ObjectNode.class);
            if (version.startsWith("3")) {
                described = Keras3Description.toKeras2(described, name);
                return of(described.put("keras_version", "2").put("backend", TENSORFLOW), 2, name);
            }
            return of(
                    described.put("keras_version", version).put("backend", backend),
                    version.startsWith("1") ? 1 : 2,
                    name);
        } catch (JsonProcessingException e) {
            throw new DataException(
                    name + " cannot be read as a Keras model in HDF5: it is damaged or cut off; copy it again", e);
        }
    }

    private static KerasStructure of(ObjectNode model, int version, String name) {
        JsonNode config = model.path("config");
        List<JsonNode> layers = new ArrayList<>();
        (config.isArray() ? config : config.path("layers")).forEach(layers::add);
        JsonNode shape = layers.stream()
                .map(layer -> layer.path("config").path("batch_input_shape"))
                .filter(JsonNode::isArray)
                .findFirst()
                .orElse(JSON.createArrayNode());
        if (shape.isEmpty()) {
            return new KerasStructure(version, model, layers, OptionalInt.empty(), 1, Layout.NHWC);
        }
        if (shape.size() != 4) {
            throw new DataException(name + " takes input of shape " + shape
                    + "; expected a model that takes images, such as [null,48,48,1]");
        }
        boolean channelsFirst = isChannels(shape.get(1)) && !isChannels(shape.get(3));
        JsonNode rows = shape.get(channelsFirst ? 2 : 1);
        JsonNode columns = shape.get(channelsFirst ? 3 : 2);
        int channels = shape.get(channelsFirst ? 1 : 3).asInt();
        if (!rows.equals(columns) || channels != 1 && channels != 3) {
            throw new DataException(
                    name + " takes input of shape " + shape + "; expected square images of one channel, or of three");
        }
        return new KerasStructure(
                version,
                model,
                layers,
                rows.isNull() ? OptionalInt.empty() : OptionalInt.of(rows.asInt()),
                channels,
                channelsFirst ? Layout.NCHW : Layout.NHWC);
    }

    /** Whether its layers stand in a row. */
    boolean isSequential() {
        return model.path("class_name").asText().equals("Sequential");
    }

    private static boolean isChannels(JsonNode size) {
        return size.asInt() == 1 || size.asInt() == 3;
    }

    /** Returns the configuration for DL4J's importer, with the rows and columns that it leaves open filled in. */
    String sized(int side) {
        ObjectNode sized = model.deepCopy();
        for (JsonNode shape : sized.findValues("batch_input_shape")) {
            for (int axis = 1; axis < shape.size(); axis++) {
                if (shape.get(axis).isNull()) {
                    ((ArrayNode) shape).set(axis, side);
                }
            }
        }
        return sized.toString();
    }

    /**
     * Refuses a graph that is none. A depthwise convolution looks for the size of its input from layer to layer, and
     * DL4J's importer would go round in a circle, or wait for a layer that is not there, for ever.
     *
     * @throws DataException if a layer takes its input from one that does not stand before it
     */
    void requireOrder(String name) {
        Set<String> before = new HashSet<>();
        for (JsonNode layer : layers) {
            String called = layer.path("config").path("name").asText();
            for (JsonNode input : layer.path("inbound_nodes").path(0)) {
                if (!before.contains(input.path(0).asText())) {
                    throw new DataException(name + " cannot be imported: its layer " + called + " takes its input from "
                            + input.path(0).asText() + ", which does not stand before it; the file is damaged");
                }
            }
            before.add(called);
        }
    }

    /** Lists the layers that DL4J's importer refuses by themselves, each as {@code name (class)}. */
    List<String> unsupported() {
        List<String> refused = new ArrayList<>();
        for (JsonNode layer : layers) {
            try {
                Map<String, Object> parsed = new HashMap<>(KerasModelUtils.parseJsonString(layer.toString()));
                parsed.put("keras_version", version);
                // A depthwise convolution would look for its inputs for ever: here is no layer beside it.
                parsed.remove("inbound_nodes");
                KerasLayerUtils.getKerasLayerFromConfig(
                        parsed, false, KerasLayerConfigurationFactory.get(version), Map.of(), Map.of(), Map.of());
            } catch (UnsupportedKerasConfigurationException e) {
                refused.add(layer.path("config").path("name").asText("without a name") + " ("
                        + layer.path("class_name").asText() + ")");
            } catch (IOException | InvalidKerasConfigurationException | RuntimeException e) {
                // A layer that needs those before it to be understood: by itself it says nothing.
            }
        }
        return refused;
    }
}
