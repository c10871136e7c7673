package io.nightshift.config.loading;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nightshift.config.ConfigurationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Estimates how large values become by their substitutions, before these are made: ten lines, each of which names the
 * one before it ten times, would fill any heap.
 */
final class Substitutions {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]*)}");
    private static final long MOST_CHARACTERS = 1_000_000;
    /** The size of a value while it is being computed: the loader reports a cycle itself. */
    private static final long UNDER_WAY = 0;

    /** Texts of all values by path, with the substitutions as they were written. */
    private final TreeMap<String, String> texts = new TreeMap<>();

    private final Map<String, Long> sizes = new HashMap<>();

    private Substitutions(Config unresolved) {
        collect(unresolved.root(), new ArrayList<>());
    }

    /**
     * Refuses a configuration whose values become too large.
     *
     * @throws ConfigurationException with the first such key
     */
    static void requireBounded(Config unresolved) {
        Substitutions substitutions = new Substitutions(unresolved);
        for (String path : substitutions.texts.keySet()) {
            if (substitutions.size(path) > MOST_CHARACTERS) {
                throw new ConfigurationException(path + " grows to more than " + MOST_CHARACTERS
                        + " characters by its substitutions (${...}); write out the value that it is to have");
            }
        }
    }

    private void collect(ConfigValue value, List<String> path) {
        try {
            if (value.valueType() == ConfigValueType.OBJECT) {
                for (Map.Entry<String, ConfigValue> entry : ((ConfigObject) value).entrySet()) {
                    path.add(entry.getKey());
                    collect(entry.getValue(), path);
                    path.remove(path.size() - 1);
                }
                return;
            }
        } catch (ConfigException.NotResolved e) {
            // A substitution, whose text tells what it names.
        }
        if (!path.isEmpty()) {
            texts.put(ConfigUtil.joinPath(path), value.render(ConfigRenderOptions.concise()));
        }
    }

    private long size(String path) {
        Long known = sizes.get(path);
        if (known != null) {
            return known;
        }
        sizes.put(path, UNDER_WAY);
        String text = texts.get(path);
        long size = text.length();
        Matcher reference = REFERENCE.matcher(text);
        while (reference.find() && size <= MOST_CHARACTERS) {
            size += sizeOfNamed(reference.group(1));
        }
        sizes.put(path, size);
        return size;
    }

    /** Returns the size of what a substitution names: a value, or all values of an object. */
    private long sizeOfNamed(String name) {
        String path;
        try {
            path = ConfigUtil.joinPath(ConfigUtil.splitPath(name));
        } catch (ConfigException e) {
            // No path; the loader says so.
            return 0;
        }
        long size = texts.containsKey(path) ? size(path) : 0;
        for (String below : texts.subMap(path + ".", path + "/").keySet()) {
            size += size(below);
            if (size > MOST_CHARACTERS) {
                break;
            }
        }
        return size;
    }
}
