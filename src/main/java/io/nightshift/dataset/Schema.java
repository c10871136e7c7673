package io.nightshift.dataset;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.DataSettings;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The classes and the image size of a data set.
 *
 * @param classes names in the order of their label numbers, from 0
 * @param side    rows and columns of an image
 */
public record Schema(List<String> classes, int side) implements Serializable {
    /** Seven emotions, images of 48 x 48. */
    public static final Schema FER2013 = new Schema(Emotion.labels(), Emotion.SIDE);

    private static final int MOST_CLASSES = 100;

    public Schema {
        classes = List.copyOf(classes);
    }

    /**
     * Makes the schema of the settings.
     *
     * @param classes finds them where the configuration names none
     * @param side    finds it where the configuration has no number
     */
    public static Schema of(DataSettings settings, Supplier<List<String>> classes, IntSupplier side) {
        List<String> bins = binNames(settings.labelBins());
        if (!bins.isEmpty()
                && !settings.classes().isEmpty()
                && settings.classes().size() != bins.size()) {
            throw new ConfigurationException("data.classes has "
                    + settings.classes().size()
                    + " names, and data.label-bins makes " + bins.size() + " classes (" + String.join(", ", bins)
                    + "): name as many, or none");
        }
        List<String> named = settings.classes().isEmpty() ? bins : settings.classes();
        return new Schema(
                named.isEmpty() ? classes.get() : named,
                settings.imageSide() == 0 ? side.getAsInt() : settings.imageSide());
    }

    /** Names bins by their bounds, such as 0-12, 13-19, 20+. */
    private static List<String> binNames(List<Integer> bins) {
        return IntStream.range(0, bins.size())
                .mapToObj(i -> i == bins.size() - 1 ? bins.get(i) + "+" : bins.get(i) + "-" + (bins.get(i + 1) - 1))
                .toList();
    }

    /**
     * Returns the label number of a label.
     *
     * @param text a class's name, in any case, or a label number
     * @return -1 for a label that names no class
     */
    public int label(String text) {
        String name = text.strip();
        for (int label = 0; label < classes.size(); label++) {
            if (classes.get(label).equalsIgnoreCase(name)) {
                return label;
            }
        }
        String number = name.replaceFirst("\\.0+$", "").replaceFirst("^0+(?=.)", "");
        if (!number.matches("[0-9]{1,3}") || Integer.parseInt(number) >= classes.size()) {
            return -1;
        }
        return Integer.parseInt(number);
    }

    /**
     * Makes classes of the labels that occur in some data. Names of FER2013's emotions keep their numbers there; label
     * numbers become the classes from 0 to the highest; other names are sorted.
     *
     * @param source name of the data, with which messages begin
     * @throws DataException if there are fewer than two classes or more than 100, or two differ only in case
     */
    public static List<String> classesOf(String source, Collection<String> labels) {
        TreeMap<String, String> names = new TreeMap<>();
        for (String name : labels.stream().map(String::strip).sorted().toList()) {
            String other = names.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
            if (other != null && !other.equals(name)) {
                throw new DataException(source + " has the classes " + other + " and " + name
                        + ", which differ only in case: give both the same name, or another one");
            }
        }
        if (names.size() < 2) {
            throw new DataException(source
                    + (names.isEmpty()
                            ? " has no class"
                            : " has one class, " + names.firstEntry().getValue()) + "; training needs at least two");
        }
        if (names.keySet().stream().allMatch(name -> name.matches("0*[0-9]{1,3}(\\.0+)?"))) {
            int highest = names.keySet().stream()
                    .mapToInt(name -> (int) Double.parseDouble(name))
                    .max()
                    .orElse(0);
            return requireFew(
                    source,
                    IntStream.rangeClosed(0, highest).mapToObj(String::valueOf).toList());
        }
        return requireFew(
                source, Emotion.labels().containsAll(names.keySet()) ? Emotion.labels() : List.copyOf(names.values()));
    }

    private static List<String> requireFew(String source, List<String> classes) {
        if (classes.size() > MOST_CLASSES) {
            throw new DataException(
                    source + " has " + classes.size() + " classes, the first " + classes.get(0) + ", " + classes.get(1)
                            + "; at most " + MOST_CLASSES + " can be told apart: check that this is the label");
        }
        return classes;
    }

    /** Returns the number of pixels of an image. */
    public int pixels() {
        return side * side;
    }
}
