package io.nightshift.config.loading;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.SparkKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps Spark's properties apart. Their names are flat, and one may begin with another, as
 * {@code spark.authenticate.secret} begins with {@code spark.authenticate}; a tree of HOCON holds a value or the keys
 * below it, never both.
 */
final class SparkProperties {
    private static final String ROOT = "spark";

    private SparkProperties() {}

    /**
     * Returns a configuration with all properties of its layers. Where the name of one begins with the name of another,
     * the rest of it becomes a key in quotes.
     *
     * @param merged the layers, merged and resolved; lacks what they hide from each other
     * @param layers from weak to strong, with their substitutions
     * @throws ConfigException if a substitution cannot be resolved
     */
    static Config restored(Config merged, List<Config> layers) {
        Map<String, ConfigValue> properties = new TreeMap<>();
        for (Config layer : layers) {
            for (List<String> path : leaves(layer)) {
                ConfigValue value = valueAt(merged, path);
                boolean isThere =
                        value != null && value instanceof ConfigObject == valueAt(layer, path) instanceof ConfigObject;
                collect(isThere ? value : hidden(merged, layer, ConfigUtil.joinPath(path)), path, properties);
            }
        }
        Config restored = merged.withoutPath(ROOT);
        for (Map.Entry<String, ConfigValue> property : properties.entrySet()) {
            restored = restored.withValue(path(property.getKey(), properties), property.getValue());
        }
        return restored;
    }

    /** Lists the paths of a layer's values under {@code spark}; what is not resolved counts as a value. */
    private static List<List<String>> leaves(Config layer) {
        List<List<String>> leaves = new ArrayList<>();
        ConfigValue spark = layer.root().get(ROOT);
        if (spark != null) {
            addLeaves(spark, List.of(ROOT), leaves);
        }
        return leaves;
    }

    private static void addLeaves(ConfigValue value, List<String> path, List<List<String>> leaves) {
        try {
            if (value.valueType() == ConfigValueType.OBJECT) {
                for (Map.Entry<String, ConfigValue> entry : ((ConfigObject) value).entrySet()) {
                    addLeaves(entry.getValue(), below(path, entry.getKey()), leaves);
                }
                return;
            }
        } catch (ConfigException.NotResolved e) {
            // A substitution.
        }
        leaves.add(path);
    }

    private static List<String> below(List<String> path, String key) {
        List<String> below = new ArrayList<>(path);
        below.add(key);
        return below;
    }

    /** Returns the value at a path, which may be HOCON's null, or Java's if there is none. */
    private static ConfigValue valueAt(Config config, List<String> path) {
        ConfigValue value = config.root();
        for (String key : path) {
            value = value instanceof ConfigObject group ? group.get(key) : null;
        }
        return value;
    }

    /** Resolves the value of a layer that other layers hide; null if it is an optional substitution of nothing. */
    private static ConfigValue hidden(Config merged, Config layer, String path) {
        Config alone = layer.withOnlyPath(path);
        Substitutions.requireBounded(alone.withFallback(merged));
        try {
            Config resolved = alone.resolveWith(merged);
            return resolved.hasPath(path) ? resolved.getValue(path) : null;
        } catch (ConfigException.BugOrBroken e) {
            // Typesafe Config does not resolve parts of a merge, and its message shows the whole configuration.
            throw new ConfigurationException(
                    path + " cannot be taken from a substitution and be merged with others, because another key has a"
                            + " value there; write out what it is to hold");
        }
    }

    private static void collect(ConfigValue value, List<String> path, Map<String, ConfigValue> properties) {
        if (value instanceof ConfigObject group) {
            group.forEach((key, part) -> collect(part, below(path, key), properties));
        } else if (value == null || value.valueType() == ConfigValueType.NULL) {
            properties.remove(String.join(".", path));
        } else {
            properties.put(String.join(".", path), value);
        }
    }

    private static String path(String name, Map<String, ConfigValue> properties) {
        for (int dot = name.indexOf('.', SparkKeys.PREFIX.length()); dot > 0; dot = name.indexOf('.', dot + 1)) {
            if (properties.containsKey(name.substring(0, dot))) {
                return ConfigUtil.joinPath(ROOT, name.substring(SparkKeys.PREFIX.length()));
            }
        }
        return ConfigUtil.joinPath(List.of(name.split("\\.", -1)));
    }
}
