package io.nightshift.model;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.Emotion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the user says about a model of another program, because its file does not.
 *
 * @param side    rows and columns of an image, if the file leaves that open; otherwise they must agree
 * @param pixels  the numbers that the model takes for pixels; empty for what is usual for its kind of file
 * @param classes names in label order; empty for those in the file, or FER2013's seven
 */
public record ImportOptions(OptionalInt side, Optional<PixelScaling> pixels, List<String> classes) {
    /** Options of which the user has given none. */
    public static final ImportOptions NONE = new ImportOptions(OptionalInt.empty(), Optional.empty(), List.of());

    /** A pixel (0..255) becomes {@code pixel * scale + offset}. */
    public record PixelScaling(double scale, double offset) {
        /** Pixels from 0 to 1. */
        public static final PixelScaling UNIT = new PixelScaling(1 / 255.0, 0);

        /** Pixels as they are. */
        public static final PixelScaling BYTES = new PixelScaling(1, 0);
    }

    /**
     * Returns the rows and columns of an image.
     *
     * @param inFile what the file says
     * @param name   of the file in messages
     * @throws ConfigurationException if neither the file nor the user says it, or they disagree
     */
    public int side(OptionalInt inFile, String name) {
        if (inFile.isEmpty()) {
            return side.orElseThrow(() -> new ConfigurationException(
                    name + " takes images of any size; say which with --input-side, such as --input-side 48"));
        }
        int agreed = inFile.getAsInt();
        if (side.isPresent() && side.getAsInt() != agreed) {
            throw new ConfigurationException("--input-side " + side.getAsInt() + ": " + name + " takes images of "
                    + agreed + " x " + agreed + "; leave the option out");
        }
        return agreed;
    }

    /**
     * Returns the names of the classes.
     *
     * @param inFile  what the file calls them; empty if it does not say
     * @param outputs how many the model has
     * @param name    of the file in messages
     * @throws ConfigurationException if there are more or fewer names, or two of them are equal
     */
    public List<String> classes(List<String> inFile, int outputs, String name) {
        List<String> names = !classes.isEmpty() ? classes : !inFile.isEmpty() ? inFile : Emotion.labels();
        if (names.size() != outputs) {
            throw new ConfigurationException(name + " gives " + outputs + " scores, and "
                    + (!classes.isEmpty() ? "--classes names " : !inFile.isEmpty() ? "it names " : "FER2013 has ")
                    + names.size() + " classes; name its classes in label order with --classes a,b,c");
        }
        if (names.stream().map(text -> text.toLowerCase(Locale.ROOT)).distinct().count() < outputs
                || names.stream().anyMatch(String::isBlank)) {
            throw new ConfigurationException("--classes " + String.join(",", names)
                    + " names a class twice, or one with an empty name; give each its own, also in lower case");
        }
        return names;
    }
}
