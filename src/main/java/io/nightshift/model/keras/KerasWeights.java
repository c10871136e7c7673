package io.nightshift.model.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightshift.dataset.DataException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Finds the weights of a layer under Keras 2's names. Keras 3 calls a layer's group by its class and by how many of the
 * class come before it, and a variable by its number; but its {@code .h5} is arranged as Keras 2's.
 */
final class KerasWeights {
    private static final String DEPTHWISE_CLASS = "DepthwiseConv2D";
    private static final String KERNEL_NAME = "kernel";
    private static final List<String> KERNEL = List.of(KERNEL_NAME, "bias");
    private static final List<String> DEPTHWISE = List.of("depthwise_kernel", "bias");
    /** Keras 2's names in the order of Keras 3's variables. */
    private static final Map<String, List<String>> NAMES = Map.of(
            "Dense",
            KERNEL,
            "Conv1D",
            KERNEL,
            "Conv2D",
            KERNEL,
            "Conv2DTranspose",
            KERNEL,
            DEPTHWISE_CLASS,
            DEPTHWISE,
            "SeparableConv2D",
            List.of("depthwise_kernel", "pointwise_kernel", "bias"));

    private static final String NORMALIZATION_CLASS = "BatchNormalization";
    private static final String BETA = "beta";
    private static final String MOVING_MEAN = "moving_mean";

    private final KerasFile file;
    private final String name;
    private final Map<String, JsonNode> layers = new HashMap<>();
    private final Map<String, String> groups = new HashMap<>();

    /**
     * @param file   with the weights
     * @param name   of the file in messages
     * @param layers as Keras describes them, in the model's order
     */
    KerasWeights(KerasFile file, String name, List<JsonNode> layers) {
        this.file = file;
        this.name = name;
        Map<String, Integer> seen = new HashMap<>();
        for (JsonNode layer : layers) {
            String called = layer.path("config").path("name").asText();
            String group = snakeCase(layer.path("class_name").asText());
            int before = seen.merge(group, 1, Integer::sum) - 1;
            this.layers.put(called, layer);
            groups.put(called, "layers/" + group + (before == 0 ? "" : "_" + before) + "/vars");
        }
    }

    /** Returns the weights of a layer by Keras 2's names; none if it has none. */
    Map<String, INDArray> of(String layer) {
        Map<String, INDArray> weights = file.hasVariables() ? numbered(layer) : named(layer);
        if (className(layer).equals(NORMALIZATION_CLASS) && !has(layer, "center") && weights.containsKey(MOVING_MEAN)) {
            // The importer wants it for its size.
            weights.put(BETA, Nd4j.zerosLike(weights.get(MOVING_MEAN)));
        }
        return weights;
    }

    private Map<String, INDArray> named(String layer) {
        Map<String, INDArray> weights = file.weights(layer);
        if (className(layer).equals(DEPTHWISE_CLASS) && weights.containsKey(KERNEL_NAME)) {
            // Keras 3's name for it.
            weights.put(DEPTHWISE.get(0), weights.remove(KERNEL_NAME));
        }
        return weights;
    }

    private Map<String, INDArray> numbered(String layer) {
        List<INDArray> variables = groups.containsKey(layer) ? file.variables(groups.get(layer)) : List.of();
        List<String> names = names(layer);
        if (names.isEmpty()) {
            throw new DataException(name + " cannot be imported: how Keras 3 arranges the weights of its layer " + layer
                    + " (" + className(layer) + ") is not understood; save it with model.save(\"model.h5\")");
        }
        if (variables.size() > names.size()) {
            throw new DataException(name + " cannot be imported: its layer " + layer + " (" + className(layer)
                    + ") has " + variables.size() + " arrays of weights, of which " + names.size() + " are understood");
        }
        Map<String, INDArray> weights = new LinkedHashMap<>();
        for (int i = 0; i < variables.size(); i++) {
            weights.put(names.get(i), variables.get(i));
        }
        return weights;
    }

    private String className(String layer) {
        return layers.containsKey(layer) ? layers.get(layer).path("class_name").asText() : "";
    }

    private List<String> names(String layer) {
        String className = className(layer);
        if (!className.equals(NORMALIZATION_CLASS)) {
            return NAMES.getOrDefault(className, List.of());
        }
        boolean scale = has(layer, "scale");
        boolean center = has(layer, "center");
        List<String> all = List.of("gamma", BETA, MOVING_MEAN, "moving_variance");
        return all.stream()
                .filter(each -> (scale || !each.equals("gamma")) && (center || !each.equals(BETA)))
                .toList();
    }

    private boolean has(String layer, String setting) {
        return layers.get(layer).path("config").path(setting).asBoolean(true);
    }

    /** As Keras makes {@code separable_conv2d} of {@code SeparableConv2D}. */
    private static String snakeCase(String className) {
        return className
                .replaceAll("\\W+", "")
                .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }
}
