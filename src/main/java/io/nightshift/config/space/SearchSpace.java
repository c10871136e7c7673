package io.nightshift.config.space;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All dimensions in which {@code tune} varies a recipe.
 *
 * @param dimensions in the order of the file
 */
public record SearchSpace(List<Dimension> dimensions) {

    /** Returns the names of the keys that are varied. */
    public List<String> keys() {
        return dimensions.stream().map(Dimension::key).toList();
    }

    /**
     * Returns the values at a point, by key.
     *
     * @param point a position in [0, 1) for each dimension
     */
    public Map<String, String> at(double[] point) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < dimensions.size(); i++) {
            values.put(dimensions.get(i).key(), dimensions.get(i).at(point[i]));
        }
        return values;
    }

    /**
     * Leaves out the values of keys that vary on the top rung alone.
     *
     * @param values by key
     */
    public Map<String, String> onLowerRungs(Map<String, String> values) {
        Map<String, String> kept = new LinkedHashMap<>(values);
        dimensions.stream().filter(Dimension::topRungOnly).map(Dimension::key).forEach(kept::remove);
        return kept;
    }

    /**
     * Checks the ends of each dimension by the rules of its key.
     *
     * @param recipe that is varied
     * @throws ConfigurationException if a key does not take one of the values; it names the key, the value and what is
     *                                allowed
     */
    void requireWithinBounds(Settings recipe, String where) {
        for (Dimension dimension : dimensions) {
            for (String value : dimension.extremes()) {
                try {
                    recipe.with(Map.of(dimension.key(), value));
                } catch (ConfigurationException e) {
                    throw new ConfigurationException(where + ": "
                            + e.getMessage()
                                    .replaceFirst(" \\(.*?\\) cannot", " cannot")
                                    .replaceFirst("; correct it there.*", "; correct it in the search space"));
                }
            }
        }
    }
}
