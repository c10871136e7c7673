package io.nightshift.report;

import java.util.Locale;

/** A fraction in [0, 1] as the page shows it: as a percentage, and as the length of a bar. NaN is unknown. */
record Share(double fraction) {

    /** {@code part / whole}, unknown when the whole is 0. */
    static Share of(long part, long whole) {
        return new Share((double) part / whole);
    }

    /** With one decimal, and a no-break space before the sign. */
    @Override
    public String toString() {
        return percentage(1, 0.1);
    }

    /** Without decimals, for where there is little room. */
    public String rounded() {
        return percentage(0, 1);
    }

    /** What is not quite nothing does not read as 0. */
    private String percentage(int decimals, double least) {
        if (!Double.isFinite(fraction)) {
            return Wording.UNKNOWN;
        }
        boolean tiny = fraction > 0 && 100 * fraction < least / 2;
        return (tiny ? "<" : "")
                + String.format(Locale.ROOT, "%." + decimals + "f\u00a0%%", tiny ? least : 100 * fraction);
    }

    /** As a number for CSS. */
    public String css() {
        return Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.4f", fraction) : "0";
    }
}
