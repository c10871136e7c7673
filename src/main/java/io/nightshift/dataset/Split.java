package io.nightshift.dataset;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The three parts of the data, told apart by the CSV's {@code Usage} column. */
public enum Split {
    /** Trained on. */
    TRAINING("Training"),
    /** Validated on: early stopping and the choice of the best epoch look at it. */
    PUBLIC_TEST("PublicTest"),
    /** Reported once, at the end; nothing is ever chosen by it. */
    PRIVATE_TEST("PrivateTest");

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

    /** Finds the split with this {@link #id()}. */
    public static Optional<Split> ofId(String id) {
        return Stream.of(values()).filter(split -> split.id().equals(id)).findFirst();
    }
}
