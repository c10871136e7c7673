package io.nightshift.config.space;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalDouble;

/** The values that a search may give to one key of the configuration. */
public sealed interface Dimension {
    /** Returns the key of the configuration. */
    String key();

    /** Whether the key keeps the recipe's value on all rungs but the top one. */
    boolean topRungOnly();

    /**
     * Returns the value at a position.
     *
     * @param position in [0, 1)
     */
    String at(double position);

    /** Returns values at which every value in between is allowed if they are: the ends, or each choice. */
    List<String> extremes();

    /**
     * Returns where a value lies, in [0, 1] if it is one of this dimension's; a number outside of the range lies
     * outside of it.
     *
     * @param value empty is returned for one that has no place on this dimension
     */
    OptionalDouble position(String value);

    /**
     * Numbers of a range.
     *
     * @param logarithmic whether equal ratios are equally likely, and not equal differences
     * @param step        values are whole multiples of it; 0 for all numbers, with four significant digits
     */
    record Range(String key, boolean topRungOnly, double from, double to, boolean logarithmic, double step)
            implements Dimension {
        private static final int DIGITS = 4;

        @Override
        public String at(double position) {
            double value = logarithmic ? from * Math.pow(to / from, position) : from + position * (to - from);
            return text(Math.min(to, Math.max(from, rounded(value))));
        }

        private double rounded(double value) {
            return step > 0
                    ? BigDecimal.valueOf(Math.rint(value / step))
                            .multiply(BigDecimal.valueOf(step))
                            .doubleValue()
                    : new BigDecimal(value)
                            .round(new MathContext(DIGITS, RoundingMode.HALF_EVEN))
                            .doubleValue();
        }

        /** Writes whole numbers without a decimal point, because some keys take no others. */
        private static String text(double value) {
            return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
        }

        @Override
        public List<String> extremes() {
            return List.of(text(from), text(to));
        }

        @Override
        public OptionalDouble position(String value) {
            double number;
            try {
                number = Double.parseDouble(value);
            } catch (NumberFormatException e) {
                return OptionalDouble.empty();
            }
            if (logarithmic && number <= 0) {
                return OptionalDouble.empty();
            }
            return OptionalDouble.of(
                    logarithmic ? Math.log(number / from) / Math.log(to / from) : (number - from) / (to - from));
        }
    }

    /** One of several values. */
    record Choice(String key, boolean topRungOnly, List<String> values) implements Dimension {
        @Override
        public String at(double position) {
            return values.get((int) (position * values.size()));
        }

        @Override
        public List<String> extremes() {
            return values;
        }

        @Override
        public OptionalDouble position(String value) {
            int index = values.indexOf(value);
            return index < 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(values.size() == 1 ? 0.5 : (double) index / (values.size() - 1));
        }
    }
}
