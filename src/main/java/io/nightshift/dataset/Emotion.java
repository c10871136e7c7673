package io.nightshift.dataset;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The seven classes of FER2013, in the order of their label numbers: {@link #ordinal()} is the {@code emotion} column
 * of the CSV and the index of the network's output.
 */
public enum Emotion {
    ANGRY,
    DISGUST,
    FEAR,
    HAPPY,
    SAD,
    SURPRISE,
    NEUTRAL;

    /** Number of classes, which is the width of the one-hot labels and of the softmax. */
    public static final int COUNT = values().length;

    /** Rows and columns of FER2013's images. */
    public static final int SIDE = 48;

    /** Returns the name for files and tables, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns all names in label order. */
    public static List<String> labels() {
        return Stream.of(values()).map(Emotion::label).toList();
    }
}
