package io.nightshift.config.loading;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.parser.ConfigDocument;
import com.typesafe.config.parser.ConfigDocumentFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds properties of Spark of which a file's parser keeps only the last, because the name of one begins with the name
 * of another. {@link SparkProperties} sees only what is left.
 */
final class HiddenProperties {
    private static final String ROOT = "spark";

    /** A substitution that is the whole value, and may be an object: no environment variable is one. */
    private static final Pattern WHOLE =
            Pattern.compile("(?m)(?<=[=:])\\s*\\$\\{(?!\\??[A-Z0-9_]+})[^}]*}(?=\\s*([,}#]|//|$))");

    private static final Pattern PART = Pattern.compile("\\$\\{[^}]*}");
    private static final Pattern WORD = Pattern.compile("[\\w-]+");

    /** Merged with an object, it becomes a part of it, unless the object once replaced a value. */
    private static final ConfigObject PROBE =
            ConfigFactory.parseString("probe = true").root();

    /** No file that a person wrote needs as many; each takes as long as the file has keys. */
    private static final int MOST_LOOKUPS = 10_000;

    private final ConfigDocument document;
    /** How often each word stands in the file. */
    private final Map<String, Long> words;

    private int lookups;

    private HiddenProperties(String text) {
        this.document = ConfigDocumentFactory.parseString(text);
        this.words = WORD.matcher(text)
                .results()
                .collect(Collectors.groupingBy(MatchResult::group, TreeMap::new, Collectors.counting()));
    }

    /**
     * Finds such a property.
     *
     * @param text HOCON that can be parsed
     * @return the name of a property with which the names of others begin; empty if there is none, or the file
     *     cannot be judged
     */
    static Optional<String> in(String text) {
        // Substitutions would be resolved after all files are merged.
        String resolved = PART.matcher(WHOLE.matcher(text).replaceAll("{}")).replaceAll("x");
        ConfigParseOptions alone = ConfigParseOptions.defaults().setIncluder(new NoIncluder());
        try {
            ConfigValue spark =
                    ConfigFactory.parseString(resolved, alone).root().get(ROOT);
            return spark == null ? Optional.empty() : new HiddenProperties(text).in(List.of(ROOT), spark);
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    private Optional<String> in(List<String> path, ConfigValue value) {
        if (!(value instanceof ConfigObject group)) {
            return hiddenByValue(path);
        }
        if (!group.isEmpty() && !group.withFallback(PROBE).containsKey("probe")) {
            return Optional.of(String.join(".", path));
        }
        return group.entrySet().stream()
                .flatMap(entry -> in(below(path, entry.getKey()), entry.getValue()).stream())
                .findFirst();
    }

    /** Looks for keys below one that has a value: of a key that is there once, there are none. */
    private Optional<String> hiddenByValue(List<String> path) {
        if (words.getOrDefault(path.get(path.size() - 1), 0L) < 2) {
            return Optional.empty();
        }
        return words.keySet().stream()
                .takeWhile(word -> lookups++ < MOST_LOOKUPS)
                .filter(word -> document.hasPath(ConfigUtil.joinPath(below(path, word))))
                .map(word -> String.join(".", path))
                .findFirst();
    }

    private static List<String> below(List<String> path, String key) {
        List<String> below = new ArrayList<>(path);
        below.add(key);
        return below;
    }

    /** Leaves included files out, which are judged by themselves. */
    private static final class NoIncluder implements ConfigIncluder {
        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            return ConfigFactory.empty().root();
        }
    }
}
