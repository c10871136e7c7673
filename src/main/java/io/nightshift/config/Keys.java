package io.nightshift.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads keys of a configuration, each with its type and bounds. Reading a key here is what declares it: a test compares
 * the keys that were read with those of {@code reference.conf}.
 *
 * <p>Every method throws {@link ConfigurationException} for a value of another type or out of bounds.
 */
public final class Keys {
    private final Config config;
    private final Set<String> declared = new TreeSet<>();

    public Keys(Config config) {
        this.config = config;
    }

    /** The keys read so far. */
    public Set<String> declared() {
        return Set.copyOf(declared);
    }

    /** The values that are read. */
    public Config config() {
        return config;
    }

    /** Compares what the keys were read from; origins do not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Keys keys && keys.config.equals(config);
    }

    @Override
    public int hashCode() {
        return config.hashCode();
    }

    /** Declares a key that holds a whole number. */
    public IntegerKey integer(String key) {
        declared.add(key);
        return new IntegerKey(key);
    }

    /** Declares a key that holds a number. */
    public NumberKey number(String key) {
        declared.add(key);
        return new NumberKey(key);
    }

    /** Reads {@code true} or {@code false}. */
    public boolean flag(String key) {
        declared.add(key);
        try {
            return config.getBoolean(key);
        } catch (ConfigException.WrongType e) {
            throw refused(key, "true or false");
        }
    }

    /** Reads a text without its leading and trailing spaces. */
    public String text(String key) {
        declared.add(key);
        try {
            return config.getString(key).strip();
        } catch (ConfigException.WrongType e) {
            throw refused(key, "a text");
        }
    }

    /**
     * Reads a text that matches a pattern.
     *
     * @param allowed the pattern in words, for the error message
     */
    public String text(String key, Pattern pattern, String allowed) {
        String value = text(key);
        if (!pattern.matcher(value).matches()) {
            throw refused(key, allowed);
        }
        return value;
    }

    /** Reads {@code least} to {@code most} different names separated by commas; an empty text is an empty list. */
    public List<String> names(String key, int least, int most) {
        String text = text(key);
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> names = Stream.of(text.split(",", -1)).map(String::strip).toList();
        if (names.size() < least
                || names.size() > most
                || names.contains("")
                || names.stream().distinct().count() < names.size()) {
            throw refused(key, least + " to " + most + " names with commas between them, none empty or twice");
        }
        return names;
    }

    /** Reads up to {@code most} ascending whole numbers from 0 on, separated by commas; an empty text is an empty list. */
    public List<Integer> ascending(String key, int most) {
        String text = text(key);
        if (text.isEmpty()) {
            return List.of();
        }
        String allowed = "2 to " + most + " ascending whole numbers from 0 on, with commas between them";
        List<String> numbers = Stream.of(text.split(",", -1)).map(String::strip).toList();
        if (numbers.size() < 2 || numbers.size() > most || !numbers.stream().allMatch(n -> n.matches("[0-9]{1,9}"))) {
            throw refused(key, allowed);
        }
        List<Integer> values = numbers.stream().map(Integer::valueOf).toList();
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i) <= values.get(i - 1)) {
                throw refused(key, allowed);
            }
        }
        return values;
    }

    /** Reads a text that must be one of these. */
    public String oneOf(String key, List<String> allowed) {
        String value = text(key);
        if (!allowed.contains(value)) {
            throw refused(key, String.join(" or ", allowed));
        }
        return value;
    }

    /** Reads the name of an enumeration's constant, in lower case with dashes for underscores. */
    public <E extends Enum<E>> E oneOf(String key, Class<E> type) {
        List<String> names = names(type);
        return type.getEnumConstants()[names.indexOf(oneOf(key, names))];
    }

    /**
     * Reads the name of an enumeration's constant, as {@link #oneOf(String, Class)} does; {@code auto} is returned as
     * empty.
     */
    public <E extends Enum<E>> Optional<E> autoOrOneOf(String key, Class<E> type) {
        List<String> names = names(type);
        String value =
                oneOf(key, Stream.concat(Stream.of("auto"), names.stream()).toList());
        return value.equals("auto") ? Optional.empty() : Optional.of(type.getEnumConstants()[names.indexOf(value)]);
    }

    private static <E extends Enum<E>> List<String> names(Class<E> type) {
        return Stream.of(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }

    private ConfigurationException refused(String key, String allowed) {
        ConfigValue value = config.getValue(key);
        Object shown = Secrets.isSecret(key) ? Secrets.HIDDEN : value.unwrapped();
        return new ConfigurationException(
                key + " = " + shown + " (" + value.origin().description() + ") cannot be used: it must be " + allowed
                        + "; correct it there, or add --set " + key + "=...");
    }

    /** A whole number whose bounds are still to be named; bounds are inclusive. */
    public final class IntegerKey {
        private final String key;

        private IntegerKey(String key) {
            this.key = key;
        }

        /** Reads a number within bounds. */
        public int between(int least, int most) {
            return (int) between(least, most, "a whole number from " + least + " to " + most);
        }

        /** Reads a number that has no upper bound. */
        public long atLeast(long least) {
            return between(least, Long.MAX_VALUE, "a whole number of at least " + least);
        }

        /** Reads a number from 1 to {@code most}; {@code auto} is returned as 0. */
        public int autoOrUpTo(int most) {
            return autoOrBetween(1, most);
        }

        /** Reads a number from {@code least}, above 0, to {@code most}; {@code auto} is returned as 0. */
        public int autoOrBetween(int least, int most) {
            boolean auto = "auto".equals(config.getValue(key).unwrapped());
            return auto ? 0 : (int) between(least, most, "\"auto\" or a whole number from " + least + " to " + most);
        }

        private long between(long least, long most, String allowed) {
            try {
                long value = config.getLong(key);
                // Typesafe Config rounds 2.5 to 2 silently.
                if (value >= least && value <= most && config.getDouble(key) == value) {
                    return value;
                }
            } catch (ConfigException.WrongType e) {
                throw refused(key, allowed);
            }
            throw refused(key, allowed);
        }
    }

    /** A number whose bounds are still to be named. */
    public final class NumberKey {
        private final String key;

        private NumberKey(String key) {
            this.key = key;
        }

        /** Reads a number within bounds, both inclusive. */
        public double between(double least, double most) {
            return checked(least, most, "a number of at least " + shortest(least) + " and at most " + shortest(most));
        }

        /** Reads a number above 0, up to and including {@code most}. */
        public double positiveUpTo(double most) {
            return checked(Double.MIN_VALUE, most, "a number greater than 0 and at most " + shortest(most));
        }

        private double checked(double least, double most, String allowed) {
            try {
                double value = config.getDouble(key);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (ConfigException.WrongType e) {
                throw refused(key, allowed);
            }
            throw refused(key, allowed);
        }

        private static String shortest(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        }
    }
}
