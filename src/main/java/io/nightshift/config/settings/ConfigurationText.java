package io.nightshift.config.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.FormerKeys;
import io.nightshift.config.Keys;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.TrainSettings.BestBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes and reads a run's {@code config.conf}: one {@code key = value} a line, sorted by key. */
public final class ConfigurationText {
    private ConfigurationText() {}

    static String of(Config config) {
        List<String> lines = new ArrayList<>();
        List<String> secrets = new ArrayList<>();
        Map<String, ConfigValue> values = config.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
        values.forEach((key, value) -> {
            // An empty one is no secret: a run need not say that it leaves out a token that there is not.
            if (!"".equals(value.unwrapped()) && Secrets.isSecret(key, value, System.getenv())) {
                secrets.add(key);
            } else if (!key.startsWith("run.")) {
                lines.add(key + " = " + value.render(ConfigRenderOptions.concise()));
            }
        });
        if (!secrets.isEmpty()) {
            lines.add(0, "# Left out, because secret: " + String.join(", ", secrets));
        }
        return String.join("\n", lines) + "\n";
    }

    /** Returns the keys of a network and its training that differ from the reference, one a line. */
    static String recipe(Config config) {
        Config reference = ConfigFactory.parseResources(Keys.class, "reference.conf");
        Map<String, ConfigValue> differing = new TreeMap<>();
        config.entrySet().stream()
                .filter(entry ->
                        entry.getKey().matches("(model|transfer|train|augment)\\..*|evaluate\\.test-time-augmentation"))
                .filter(entry -> !entry.getKey().equals("train.seed"))
                .forEach(entry -> {
                    // What was given with --set may be a number as a text.
                    ConfigValue value = value(String.valueOf(entry.getValue().unwrapped()));
                    if (!value.equals(reference.getValue(entry.getKey()))) {
                        differing.put(entry.getKey(), value);
                    }
                });
        return differing.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue().render(ConfigRenderOptions.concise()) + "\n")
                .collect(Collectors.joining());
    }

    /** Returns the keys of the group {@code data}, under today's names. */
    static Config data(String text) {
        try {
            return FormerKeys.replaced(ConfigFactory.parseString(text), note -> {})
                    .withOnlyPath("data");
        } catch (ConfigException e) {
            throw new ConfigurationException("a run's config.conf is damaged: "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    /** Makes a value of a text: a number or a truth value if it is one, which is then written without quotes. */
    static ConfigValue value(String text) {
        if (text.equals("true") || text.equals("false")) {
            return ConfigValueFactory.fromAnyRef(Boolean.valueOf(text));
        }
        if (text.matches("-?[0-9]{1,18}")) {
            return ConfigValueFactory.fromAnyRef(Long.valueOf(text));
        }
        // Parsed, a number keeps its digits as they were written.
        return text.matches("-?[0-9]+\\.[0-9]+([eE]-?[0-9]+)?")
                ? ConfigFactory.parseString("value = " + text).getValue("value")
                : ConfigValueFactory.fromAnyRef(text);
    }

    /** Returns every key of a {@code config.conf} with its value, as {@code --set} takes it. */
    public static Map<String, String> assignments(String text) {
        return ConfigFactory.parseString(text).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> String.valueOf(entry.getValue().unwrapped()),
                        (a, b) -> a,
                        TreeMap::new));
    }

    /**
     * Returns the lines of a {@code config.conf} that a model depends on, under today's keys: equal lines and equal
     * data give the same training. A key that an earlier version did not have is at its default, which does what that
     * version did.
     */
    public static List<String> trainingKeys(String text) {
        Config keys = FormerKeys.replaced(ConfigFactory.parseString(text), note -> {})
                .withFallback(ConfigFactory.parseResources(Keys.class, "reference.conf"));
        // Earlier versions wrote the measure that auto stands for.
        BestBy bestBy = TrainSettings.Stopping.of(new Keys(keys)).bestBy();
        return of(keys.withValue("train.best-by", ConfigValueFactory.fromAnyRef(bestBy.name())))
                .lines()
                .filter(line -> line.matches(
                        "((model|transfer|train|augment)\\.|data\\.(duplicate-|drop-|classes|image-side|label-|pixels-"
                                + "|split|validation-|test-|votes-)).*"))
                .toList();
    }
}
