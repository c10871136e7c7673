package io.nightshift.model.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightshift.dataset.DataException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites the description of a model as Keras 2 would write it, from Keras 3's, for DL4J's importer, which knows Keras
 * 2. Keras 3 wraps each object with its module, and names the inputs of a layer as arguments of a call.
 */
final class Keras3Description {
    /** Arguments of a call that change nothing where a model is used. */
    private static final Set<String> IDLE = Set.of("training", "mask");

    /** Settings of activations that DL4J wants with a point. */
    private static final List<String> FRACTIONS = List.of("max_value", "negative_slope", "threshold", "alpha");

    private static final String ACTIVATION = "activation";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String name;

    private Keras3Description(String name) {
        this.name = name;
    }

    /** Whether Keras 3 wrote the description of a model, which does not say its version. */
    static boolean recognises(JsonNode model) {
        return model.has("module");
    }

    /**
     * Rewrites the description of a model.
     *
     * @param name of its file in messages
     * @throws DataException if it has what Keras 2 cannot say: a layer that is called several times, or with arguments
     *                       beside its inputs
     */
    static ObjectNode toKeras2(ObjectNode model, String name) {
        Keras3Description description = new Keras3Description(name);
        ObjectNode config = JSON.objectNode();
        JsonNode given = model.path("config");
        config.set("name", given.path("name"));
        ArrayNode layers = config.putArray("layers");
        given.path("layers").forEach(layer -> layers.add(description.layer(layer)));
        for (String ends : new String[] {"input_layers", "output_layers"}) {
            if (given.has(ends)) {
                // A single one is no list in a list.
                JsonNode list = given.get(ends);
                config.set(ends, list.path(0).isTextual() ? JSON.arrayNode().add(list) : list);
            }
        }
        ObjectNode rewritten = JSON.objectNode();
        rewritten.put("class_name", model.path("class_name").asText());
        rewritten.set("config", config);
        return rewritten;
    }

    private ObjectNode layer(JsonNode layer) {
        String called = layer.path("config").path("name").asText();
        ObjectNode config = config(layer.path("config"), called);
        rename(config, "batch_shape", "batch_input_shape");
        if (layer.path("class_name").asText().equals("LeakyReLU")) {
            rename(config, "negative_slope", "alpha");
        }
        ObjectNode rewritten = JSON.objectNode();
        rewritten.put("class_name", className(layer));
        rewritten.set("config", config);
        if (layer.has("inbound_nodes")) {
            rewritten.put("name", called);
            rewritten.set("inbound_nodes", calls(layer.get("inbound_nodes"), called));
        }
        return rewritten;
    }

    /** A layer of another package may have the name of one of Keras. */
    private static String className(JsonNode layer) {
        String module = layer.path("module").asText("");
        String registered = layer.path("registered_name").asText("");
        return module.startsWith("keras") || registered.isEmpty()
                ? layer.path("class_name").asText()
                : registered;
    }

    private ObjectNode config(JsonNode config, String layer) {
        ObjectNode rewritten = JSON.objectNode();
        for (Iterator<Map.Entry<String, JsonNode>> fields = config.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode value = field.getValue();
            rewritten.set(field.getKey(), value.has("class_name") ? object(value, layer) : value);
        }
        for (String number : FRACTIONS) {
            if (rewritten.path(number).isInt()) {
                rewritten.put(number, rewritten.get(number).asDouble());
            }
        }
        String activation = rewritten.path(ACTIVATION).asText();
        if (activation.equals("silu")) {
            rewritten.put(ACTIVATION, "swish");
        }
        if (activation.equals("hard_sigmoid")) {
            throw refused("its layer " + layer + " has activation = hard_sigmoid, and DL4J computes Keras 2's, "
                    + "0.2 x + 0.5, where Keras 3 has x / 6 + 0.5; train it with sigmoid");
        }
        return rewritten;
    }

    private JsonNode object(JsonNode object, String layer) {
        String className = object.path("class_name").asText();
        JsonNode config = object.path("config");
        if (className.equals("DTypePolicy")) {
            return config.path("name");
        }
        if (className.contains("DTypePolicy")) {
            throw refused("its layer " + layer + " is quantised (" + className + "); save it with floats");
        }
        if (className.equals("function")) {
            return config;
        }
        ObjectNode rewritten = JSON.objectNode();
        if (Set.of("L1", "L2", "L1L2").contains(className)) {
            rewritten.put("class_name", "L1L2");
            rewritten
                    .putObject("config")
                    .put("l1", config.path("l1").asDouble())
                    .put("l2", config.path("l2").asDouble());
        } else {
            rewritten.put("class_name", className);
            rewritten.set("config", config);
        }
        return rewritten;
    }

    private ArrayNode calls(JsonNode calls, String layer) {
        ArrayNode rewritten = JSON.arrayNode();
        if (calls.size() > 1) {
            throw refused("it calls its layer " + layer + " " + calls.size()
                    + " times, and DL4J has each layer once; copy the layer in Keras, and save the model again");
        }
        for (JsonNode call : calls) {
            ArrayNode inputs = rewritten.addArray();
            call.path("args").forEach(argument -> addInputs(argument, inputs, layer));
            for (Iterator<Map.Entry<String, JsonNode>> named =
                            call.path("kwargs").fields();
                    named.hasNext(); ) {
                Map.Entry<String, JsonNode> argument = named.next();
                if (!IDLE.contains(argument.getKey()) && !argument.getValue().isNull()) {
                    throw refused("it calls its layer " + layer + " with " + argument.getKey() + " = "
                            + argument.getValue() + ", which is not understood");
                }
            }
        }
        return rewritten;
    }

    private void addInputs(JsonNode argument, ArrayNode inputs, String layer) {
        if (argument.isArray()) {
            argument.forEach(each -> addInputs(each, inputs, layer));
            return;
        }
        JsonNode history = argument.path("config").path("keras_history");
        if (history.size() != 3) {
            throw refused("it calls its layer " + layer + " with " + argument + ", which is no output of a layer");
        }
        inputs.addArray()
                .add(history.get(0))
                .add(history.get(1))
                .add(history.get(2))
                .addObject();
    }

    private static void rename(ObjectNode config, String from, String to) {
        if (config.has(from)) {
            config.set(to, config.remove(from));
        }
    }

    private DataException refused(String what) {
        return new DataException(name + " cannot be imported: " + what);
    }
}
