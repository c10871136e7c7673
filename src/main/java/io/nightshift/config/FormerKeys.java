package io.nightshift.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Accepts the keys of earlier versions: renamed ones with a note, removed ones only with their former default. */
public final class FormerKeys {
    private static final Map<String, String> RENAMED = Map.of(
            "data.duplicate-distance", "data.duplicate-distance-bits",
            "data.image-side", "data.image-side-pixels",
            "train.learning-rate-by-workers", "train.learning-rate-scaling");

    /**
     * A key that is gone.
     *
     * @param formerDefault does what this version does anyway, and is therefore accepted
     */
    private record Removed(String key, String formerDefault, String reason) {}

    private static final List<Removed> REMOVED = List.of(
            new Removed(
                    "train.aggregation-depth",
                    "auto",
                    "the weights are summed by slices, with less at the driver than any tree (docs/scaling.md)"),
            new Removed("augment.mixup", "0", "it cost five points of accuracy (docs/accuracy.md)"),
            new Removed(
                    "train.approach",
                    "direct",
                    "dl4j-spark's other way to its data, export, froze the minibatches over all epochs"),
            new Removed(
                    "train.synchronous-epochs",
                    "0",
                    "it was never shown to help; train.averaging-frequency = 1 averages after each minibatch"));

    private FormerKeys() {}

    /**
     * Replaces former keys by what they are now. A removed key that asks for something else than its former default is
     * left in place.
     *
     * @param notes takes one line for each key that was replaced
     */
    public static Config replaced(Config config, Consumer<String> notes) {
        Config now = config;
        for (Map.Entry<String, String> renamed : RENAMED.entrySet()) {
            Optional<ConfigValue> value = value(now, renamed.getKey());
            if (value.isPresent()) {
                notes.accept(renamed.getKey() + " (" + value.get().origin().description() + ") is now called "
                        + renamed.getValue());
                now = now.withValue(renamed.getValue(), value.get()).withoutPath(renamed.getKey());
            }
        }
        for (Removed removed : REMOVED) {
            Optional<ConfigValue> value = value(now, removed.key());
            if (value.isPresent() && isFormerDefault(value.get(), removed)) {
                notes.accept(removed.key() + " (" + value.get().origin().description()
                        + ") is gone and does nothing: leave it out");
                now = now.withoutPath(removed.key());
            }
        }
        return now;
    }

    /** Why a key was removed; empty for a key that never existed. */
    public static Optional<String> reasonOfRemoval(String key) {
        return REMOVED.stream()
                .filter(removed -> removed.key().equals(key))
                .map(Removed::reason)
                .findFirst();
    }

    private static boolean isFormerDefault(ConfigValue value, Removed removed) {
        try {
            return String.valueOf(value.unwrapped()).equals(removed.formerDefault());
        } catch (ConfigException.NotResolved e) {
            return false;
        }
    }

    /** Finds a value in a configuration whose substitutions are still to be resolved. */
    private static Optional<ConfigValue> value(Config config, String key) {
        try {
            ConfigValue value = config.root();
            for (String name : key.split("\\.")) {
                value = value instanceof ConfigObject group ? group.get(name) : null;
            }
            return Optional.ofNullable(value);
        } catch (ConfigException.NotResolved e) {
            return Optional.empty();
        }
    }
}
