package io.nightshift.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads single keys of a configuration, each with its range; what is out of range names the key and the remedy. */
final class CheckedKeys {
    private final Config config;

    CheckedKeys(Config config) {
        this.config = config;
    }

    int wholeNumber(String key, int least, int most) {
        return (int) wholeNumber(key, (long) least, (long) most);
    }

    long wholeNumber(String key, long least, long most) {
        String allowed = most >= Integer.MAX_VALUE
                ? "a whole number of at least " + least
                : "a whole number from " + least + " to " + most;
        try {
            long value = config.getLong(key);
            // Typesafe Config rounds 2.5 to 2 without a word.
            if (value >= least && value <= most && config.getDouble(key) == value) {
                return value;
            }
        } catch (ConfigException.WrongType e) {
            throw refused(key, allowed);
        }
        throw refused(key, allowed);
    }

    /** A whole number from 1 to {@code most}, or 0 for the word {@code auto}. */
    int wholeNumberOrAuto(String key, int most) {
        try {
            if (text(key).equals("auto")) {
                return 0;
            }
            return wholeNumber(key, 1, most);
        } catch (ConfigurationException e) {
            throw refused(key, "\"auto\" or a whole number from 1 to " + most);
        }
    }

    double number(String key, double above, double most, boolean aboveIsAllowed) {
        String allowed = String.format(
                Locale.ROOT,
                "a number %s %s and at most %s",
                aboveIsAllowed ? "of at least" : "greater than",
                shortest(above),
                shortest(most));
        try {
            double value = config.getDouble(key);
            if ((aboveIsAllowed ? value >= above : value > above) && value <= most) {
                return value;
            }
        } catch (ConfigException.WrongType e) {
            throw refused(key, allowed);
        }
        throw refused(key, allowed);
    }

    boolean trueOrFalse(String key) {
        try {
            return config.getBoolean(key);
        } catch (ConfigException.WrongType e) {
            throw refused(key, "true or false");
        }
    }

    String text(String key) {
        try {
            return config.getString(key).strip();
        } catch (ConfigException.WrongType e) {
            throw refused(key, "a text");
        }
    }

    /** Names that are separated by commas, or none at all. */
    List<String> names(String key, int least, int most) {
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

    String matching(String key, Pattern pattern, String allowed) {
        String value = text(key);
        if (!pattern.matcher(value).matches()) {
            throw refused(key, allowed);
        }
        return value;
    }

    String oneOf(String key, List<String> allowed) {
        String value = text(key);
        if (!allowed.contains(value)) {
            throw refused(key, String.join(" or ", allowed));
        }
        return value;
    }

    /** One of an enumeration's names, which are written in lower case and with dashes. */
    <E extends Enum<E>> E oneOf(String key, Class<E> type) {
        List<String> names = Stream.of(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        return type.getEnumConstants()[names.indexOf(oneOf(key, names))];
    }

    private ConfigurationException refused(String key, String allowed) {
        ConfigValue value = config.getValue(key);
        return new ConfigurationException(
                key + " = " + value.unwrapped() + " (" + value.origin().description() + ") cannot be used: it must be "
                        + allowed + "; correct it there, or add --set " + key + "=...");
    }

    private static String shortest(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
