package io.nightshift.dataset;

import io.nightshift.config.DataSettings;
import java.io.Serializable;
import java.util.List;

/**
 * The classes and the image size of a data set.
 *
 * @param classes names in the order of their label numbers, from 0
 * @param side    rows and columns of an image
 */
public record Schema(List<String> classes, int side) implements Serializable {
    /** Seven emotions, images of 48 x 48. */
    public static final Schema FER2013 = new Schema(Emotion.labels(), Emotion.SIDE);

    public Schema {
        classes = List.copyOf(classes);
    }

    /**
     * Makes the schema of the settings.
     *
     * @param otherwise classes where the configuration names none
     */
    public static Schema of(DataSettings settings, List<String> otherwise) {
        return new Schema(settings.classes().isEmpty() ? otherwise : settings.classes(), settings.imageSide());
    }

    /** Returns the number of pixels of an image. */
    public int pixels() {
        return side * side;
    }
}
