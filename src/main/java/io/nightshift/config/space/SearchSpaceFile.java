package io.nightshift.config.space;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Keys;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a search space: HOCON in which each key of the configuration that is to vary has a list of values, or a range
 * ({@code from}, {@code to}, and perhaps {@code scale}, {@code step}), and perhaps {@code rung = top}.
 */
public final class SearchSpaceFile {
    private static final String DEFAULT = "tune/default.conf";
    private static final Set<String> FIELDS = Set.of("from", "to", "scale", "step", "rung", "values");
    private static final String EXPECTED =
            "expected a list of values, or from and to, with scale = linear or log, step, and rung = top or all";

    /** What a training is made of. */
    private static final Pattern VARIED = Pattern.compile("(model|train|augment)\\..*");

    /** What each trial has of its own, and what makes no difference to one network in one task. */
    private static final Set<String> FIXED = Set.of(
            "train.epochs",
            "train.seed",
            "train.members",
            "train.workers",
            "train.threads-per-worker",
            "train.prefetch-batches",
            "train.averaging-frequency",
            "train.save-updater",
            "train.outer-momentum",
            "train.outer-learning-rate",
            "train.learning-rate-scaling",
            "train.gpu-deterministic",
            "train.best-by",
            "train.patience-epochs",
            "train.max-loss",
            "train.retry-learning-rate-factor",
            "train.calibrate",
            "train.refit");

    private final Settings recipe;
    private final String where;

    private SearchSpaceFile(Settings recipe, String where) {
        this.recipe = recipe;
        this.where = where;
    }

    /** Returns the space that is part of the jar, {@code conf/tune/default.conf}. */
    public static SearchSpace byDefault(Settings recipe) {
        return new SearchSpaceFile(recipe, "conf/" + DEFAULT).of(ConfigFactory.parseResources(Keys.class, DEFAULT));
    }

    /**
     * Reads a space, and checks that each of its dimensions is a key with values that the key takes.
     *
     * @param content of the file
     * @param where   what names the file, for messages
     * @param recipe  that is varied
     * @throws ConfigurationException if it is no HOCON, names no dimension, an unknown key, or values that a key does
     *                                not take
     */
    public static SearchSpace read(byte[] content, String where, Settings recipe) {
        try {
            ConfigParseOptions options = ConfigParseOptions.defaults()
                    .setSyntax(ConfigSyntax.CONF)
                    .setOriginDescription("search space")
                    .setIncluder(new NoIncludes(where));
            Config parsed = ConfigFactory.parseString(new String(content, StandardCharsets.UTF_8), options);
            return new SearchSpaceFile(recipe, where).of(parsed);
        } catch (ConfigException e) {
            throw new ConfigurationException(where + ": " + e.getMessage().replaceAll("\\s*\\R\\s*", " ")
                    + "; correct the syntax (HOCON) there");
        } catch (StackOverflowError e) {
            throw new ConfigurationException(
                    where + ": it is nested too deeply; a dimension is a key of reference.conf");
        }
    }

    private SearchSpace of(Config config) {
        List<Dimension> dimensions = new ArrayList<>();
        read("", config.root(), dimensions);
        if (dimensions.isEmpty()) {
            throw new ConfigurationException(where + ": it names no dimension, so there is nothing to search; "
                    + "write for example train.learning-rate { from = 0.0005, to = 0.004, scale = log }");
        }
        dimensions.sort(Comparator.comparing(Dimension::topRungOnly).thenComparing(Dimension::key));
        SearchSpace space = new SearchSpace(List.copyOf(dimensions));
        space.requireWithinBounds(recipe, where);
        return space;
    }

    private void read(String prefix, ConfigObject group, List<Dimension> dimensions) {
        for (Map.Entry<String, ConfigValue> entry : group.entrySet()) {
            String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            if (entry.getValue() instanceof ConfigObject object && !isDimension(object)) {
                read(key, object, dimensions);
            } else {
                requireVariable(key, entry.getValue());
                dimensions.add(dimension(key, entry.getValue()));
            }
        }
    }

    private static boolean isDimension(ConfigObject object) {
        return object.keySet().stream().anyMatch(FIELDS::contains)
                && object.values().stream().noneMatch(ConfigObject.class::isInstance);
    }

    private void requireVariable(String key, ConfigValue value) {
        if (!recipe.names().contains(key)) {
            throw wrong(key, value, "is no known key; the nearest is " + SettingsLoader.nearest(key, recipe.names()));
        }
        if (!VARIED.matcher(key).matches() || FIXED.contains(key)) {
            throw wrong(
                    key,
                    value,
                    "cannot vary: each trial has its own, or it makes no difference to a trial; name other keys of "
                            + "model, train or augment");
        }
    }

    private Dimension dimension(String key, ConfigValue value) {
        if (value instanceof ConfigList list) {
            return new Dimension.Choice(key, false, values(key, list));
        }
        if (!(value instanceof ConfigObject fields) || !FIELDS.containsAll(fields.keySet())) {
            throw wrong(key, value, "is no dimension: " + EXPECTED);
        }
        boolean top = oneOf(key, fields, "rung", "all", "top").equals("top");
        if (fields.get("values") instanceof ConfigList list && !fields.containsKey("from")) {
            return new Dimension.Choice(key, top, values(key, list));
        }
        double from = number(key, fields, "from");
        double to = number(key, fields, "to");
        double step = fields.containsKey("step") ? number(key, fields, "step") : 0;
        boolean logarithmic = oneOf(key, fields, "scale", "linear", "log").equals("log");
        if (!(from < to) || step < 0 || step > to - from) {
            throw wrong(key, value, "has no range: from must be less than to, and step, if any, fit between them");
        }
        if (logarithmic && from <= 0) {
            throw wrong(key, value, "has scale = log, for which from must be greater than 0");
        }
        return new Dimension.Range(key, top, from, to, logarithmic, step);
    }

    private List<String> values(String key, ConfigList list) {
        List<String> values = list.stream()
                .filter(each -> !(each instanceof ConfigObject) && !(each instanceof ConfigList))
                .map(each -> String.valueOf(each.unwrapped()))
                .distinct()
                .toList();
        if (values.isEmpty() || values.size() < list.size()) {
            throw wrong(key, list, "needs values, each once, such as [64, 128]");
        }
        return values;
    }

    private double number(String key, ConfigObject fields, String field) {
        ConfigValue value = fields.get(field);
        if (value == null || value.valueType() != ConfigValueType.NUMBER) {
            throw wrong(key, fields, "needs a number for " + field + ": " + EXPECTED);
        }
        return ((Number) value.unwrapped()).doubleValue();
    }

    /** @param usual if the field is missing */
    private String oneOf(String key, ConfigObject fields, String field, String usual, String other) {
        ConfigValue value = fields.get(field);
        String text = value == null ? usual : String.valueOf(value.unwrapped());
        if (!text.equals(usual) && !text.equals(other)) {
            throw wrong(key, value, "has " + field + " = " + text + ", which must be " + usual + " or " + other);
        }
        return text;
    }

    private ConfigurationException wrong(String key, ConfigValue value, String problem) {
        return new ConfigurationException(where + ", line " + value.origin().lineNumber() + ": " + key + " " + problem);
    }
}
