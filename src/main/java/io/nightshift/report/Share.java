package io.nightshift.report;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A fraction in [0, 1], shown as a percentage and as the length of a bar. NaN is unknown. */
public record Share(double fraction) {

    /** Returns {@code part / whole}; unknown where the whole is 0. */
    static Share of(long part, long whole) {
        return new Share((double) part / whole);
    }

    /** Formats the percentage with one decimal, and a no-break space before the sign. */
    @Override
    public String toString() {
        return percentage(1, 0.1);
    }

    /** Formats the percentage without decimals, where space is short. */
    public String rounded() {
        return percentage(0, 1);
    }

    /** Writes "<" before the least percentage, because a small share is not 0. */
    private String percentage(int decimals, double least) {
        if (!Double.isFinite(fraction)) {
            return PageFormat.UNKNOWN;
        }
        boolean tiny = fraction > 0 && 100 * fraction < least / 2;
        return (tiny ? "<" : "")
                + String.format(Locale.ROOT, "%." + decimals + "f\u00a0%%", tiny ? least : 100 * fraction);
    }

    /**
     * Returns the class of the style sheet that has this share, in whole percent: the page's content security policy
     * forbids styles of single elements.
     */
    public String css() {
        return cssClass(Double.isFinite(fraction) ? (int) Math.round(100 * Math.min(1, fraction)) : 0);
    }

    /** Returns the rules of all classes. */
    public static String styleSheet() {
        return IntStream.rangeClosed(0, 100)
                .mapToObj(percent ->
                        String.format(Locale.ROOT, ".%s { --share: %.2f }%n", cssClass(percent), percent / 100.0))
                .collect(Collectors.joining());
    }

    private static String cssClass(int percent) {
        return "share-" + percent;
    }
}
