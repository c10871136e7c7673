package io.nightshift.dataset;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The three parts of the data, told apart by the CSV's {@code Usage} column. */
public enum Split {
    /** Trained on. */
    TRAINING("Training"),
    /** Validated on: early stopping and the choice of an epoch look at it. */
    PUBLIC_TEST("PublicTest"),
    /** Reported once, at the end; nothing is ever chosen by it. */
    PRIVATE_TEST("PrivateTest");

    /** The words that folders and columns use for each, in lower case and without anything between letters. */
    private static final Map<Split, List<String>> WORDS = Map.of(
            TRAINING, List.of("training", "train"),
            PUBLIC_TEST, List.of("publictest", "validation", "validate", "valid", "val", "dev"),
            PRIVATE_TEST, List.of("privatetest", "testing", "test"));

    /** What a model is trained on that is refitted on the validation rows too. */
    public static final Set<Split> REFIT = Set.of(TRAINING, PUBLIC_TEST);

    private final String usage;

    Split(String usage) {
        this.usage = usage;
    }

    /** Returns the word in the CSV's {@code Usage} column. */
    public String usage() {
        return usage;
    }

    /**
     * Returns the name in file names, JSON and options: {@code training}, {@code public_test}, {@code private_test}.
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Finds the split that a word names: FER2013's own, an {@link #id()}, or a usual one, such as "train" or "val". */
    public static Optional<Split> ofWord(String word) {
        String letters = word.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
        return Stream.of(values())
                .filter(split -> WORDS.get(split).contains(letters))
                .findFirst();
    }

    /** Finds the split with this {@link #id()}. */
    public static Optional<Split> ofId(String id) {
        return Stream.of(values()).filter(split -> split.id().equals(id)).findFirst();
    }
}
