package io.nightshift.config.loading;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.FormerKeys;
import io.nightshift.config.Keys;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.SparkKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Loads the configuration from its layers and checks all of it before any job starts.
 *
 * <p>From weak to strong: {@code reference.conf}, {@code demo.conf} if no data is named, the {@code --conf} files in
 * their order, the {@code --set} options, the command's own options.
 */
public final class SettingsLoader {
    /** The files in {@code conf/recipes}, which are part of the jar. */
    public static final List<String> RECIPES = List.of("blog", "blog-tuned", "compact", "deep", "night", "quick");

    private static final Config REFERENCE = ConfigFactory.parseResources(Keys.class, "reference.conf");

    static final String TOO_DEEP = "nested too deeply; no key of this program has more than three parts";

    private SettingsLoader() {}

    /** Loads and checks the configuration; drops the notes on former keys. */
    public static Settings load(List<Path> files, Map<String, String> sets, Map<String, String> options) {
        return load(files, sets, options, note -> {});
    }

    /**
     * Loads and checks the configuration.
     *
     * @param files    HOCON files, later ones win
     * @param sets     values by key, as given with {@code --set}
     * @param options  values by key, as given with the command's own options; they win
     * @param notes    takes a line for each key that has a new name or is gone
     * @throws ConfigurationException for a missing file, a syntax error, an unknown key, or a value out of range
     */
    public static Settings load(
            List<Path> files, Map<String, String> sets, Map<String, String> options, Consumer<String> notes) {
        try {
            return load(files.stream().map(ConfigurationFiles::parse).toList(), layers(sets, "--set"), options, notes);
        } catch (StackOverflowError e) {
            throw new ConfigurationException("a key of --conf or --set is " + TOO_DEEP);
        }
    }

    /**
     * Loads and checks the configuration of a program that has this one's jar, with a recipe of the jar.
     *
     * @param recipe name of a file in {@code conf/recipes}, without its ending; empty for none
     * @param sets   values by key
     * @throws ConfigurationException for an unknown recipe or key, or a value out of range
     */
    public static Settings ofRecipe(String recipe, Map<String, String> sets) {
        List<Config> files = recipe.isEmpty() ? List.of() : List.of(recipe(recipe));
        return load(files, layers(sets, "settings"), Map.of(), note -> {});
    }

    private static Config recipe(String name) {
        if (!RECIPES.contains(name)) {
            throw new ConfigurationException(
                    "there is no recipe " + name + "; choose " + String.join(", ", RECIPES) + ", or none");
        }
        return ConfigFactory.parseResources(Keys.class, "recipes/" + name + ".conf");
    }

    private static Settings load(
            List<Config> files, List<Config> sets, Map<String, String> options, Consumer<String> notes) {
        List<Config> layers = new ArrayList<>();
        layers.add(REFERENCE);
        Stream.concat(files.stream(), sets.stream())
                .map(layer -> FormerKeys.replaced(layer, notes))
                .forEach(layers::add);
        layers.addAll(layers(options, "command line"));
        Config given = ConfigFactory.empty();
        for (Config layer : layers.subList(1, layers.size())) {
            given = layer.withFallback(given);
        }
        Substitutions.requireBounded(given);
        try {
            Config overReference = given.withFallback(REFERENCE).resolve();
            refuseUnknownKeys(overReference, REFERENCE);
            boolean demo = overReference.getString("data.uri").isBlank();
            Config defaults =
                    demo ? ConfigFactory.parseResources(Keys.class, "demo.conf").withFallback(REFERENCE) : REFERENCE;
            Config config =
                    SparkProperties.restored(given.withFallback(defaults).resolve(), layers);
            config.entrySet().forEach(entry -> refuseSecret(entry.getKey(), entry.getValue()));
            return Settings.of(new Keys(config));
        } catch (ConfigException e) {
            throw new ConfigurationException(ConfigurationFiles.oneLine(e) + "; correct the value there");
        }
    }

    /** Spark's own values may hold secrets, which are not shown. */
    private static void refuseSecret(String key, ConfigValue value) {
        if (key.startsWith(SparkKeys.PREFIX)) {
            Secrets.refuseInUri(key, String.valueOf(value.unwrapped()));
        } else {
            Secrets.refuse(key, value, System.getenv());
        }
    }

    /** Returns a layer for all values but Spark's, and for each of Spark's its own, since they may hide each other. */
    private static List<Config> layers(Map<String, String> values, String origin) {
        List<Config> layers = new ArrayList<>();
        Config ours = ConfigFactory.empty();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            ConfigValue value = ConfigValueFactory.fromAnyRef(typed(entry.getValue()), origin);
            try {
                if (entry.getKey().startsWith(SparkKeys.PREFIX)) {
                    layers.add(ConfigFactory.empty().withValue(entry.getKey(), value));
                } else {
                    ours = ours.withValue(entry.getKey(), value);
                }
            } catch (ConfigException.BadPath e) {
                String shown = Secrets.isSecret(entry.getKey()) ? "..." : entry.getValue();
                throw new ConfigurationException(origin + " " + entry.getKey() + "=" + shown
                        + ": the key is malformed; write it as in --set train.epochs=3");
            }
        }
        layers.add(ours);
        return layers;
    }

    /** Keeps the type of numbers and truth values: {@code config.conf} then has no quotes around them. */
    private static Object typed(String value) {
        if (value.equals("true") || value.equals("false")) {
            return Boolean.valueOf(value);
        }
        // Not 007, which may be a name.
        if (value.matches("0|-?[1-9][0-9]{0,17}")) {
            return Long.valueOf(value);
        }
        return value;
    }

    private static void refuseUnknownKeys(Config given, Config reference) {
        List<String> known =
                reference.entrySet().stream().map(Map.Entry::getKey).toList();
        for (var entry : given.entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key) && !key.startsWith(SparkKeys.PREFIX)) {
                String where = key + " (" + entry.getValue().origin().description() + ")";
                FormerKeys.reasonOfRemoval(key).ifPresent(reason -> {
                    throw new ConfigurationException(where + " is gone: " + reason + "; leave it out");
                });
                throw new ConfigurationException(where + " is no known key; the nearest is " + nearest(key, known)
                        + "; all are in reference.conf");
            }
        }
    }

    /**
     * Returns the one of some names, of which there is at least one, that a mistyped name is most likely meant to be.
     */
    public static String nearest(String mistyped, List<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(
                        name -> LevenshteinDistance.getDefaultInstance().apply(mistyped, name)))
                .orElseThrow();
    }
}
