package io.nightshift.evaluation.statistics;

import java.util.List;
import java.util.Locale;

/**
 * How far the choice of rows moves a metric that is a fraction: what other rows of the same kind would make of it. It
 * says nothing of other seeds.
 */
public sealed interface Uncertainty {

    /** Returns what follows the metric's key in the JSON. */
    String keySuffix();

    /** Returns the value in the JSON, as fractions in [0, 1]. */
    Object json();

    /** Formats it for people, in percentage points: {@code ± 0.8}, {@code 58.1 to 61.9 %}. */
    String text();

    /** Says what the text is. */
    String name();

    /** Returns the text and what it is. */
    default String explained() {
        return text() + " (" + name() + ")";
    }

    /**
     * The standard error of a share of rows, each of which counts or does not.
     *
     * @param value {@code sqrt(p (1 - p) / n)}
     */
    record StandardError(double value) implements Uncertainty {

        /**
         * Computes the standard error of a share of independent rows.
         *
         * @param share in [0, 1]
         * @param rows  at least one
         */
        public static StandardError of(double share, long rows) {
            return new StandardError(Math.sqrt(share * (1 - share) / rows));
        }

        @Override
        public String keySuffix() {
            return "_standard_error";
        }

        @Override
        public Object json() {
            return value;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "± %.1f", 100 * value);
        }

        @Override
        public String name() {
            return "standard error";
        }
    }

    /** An interval that 95 % of all samples of rows fall into. */
    record Interval(double low, double high) implements Uncertainty {

        @Override
        public String keySuffix() {
            return "_interval_95";
        }

        @Override
        public Object json() {
            return List.of(low, high);
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "%.1f to %.1f %%", 100 * low, 100 * high);
        }

        @Override
        public String name() {
            return "95 % interval";
        }
    }
}
