package io.nightshift.report;

import io.nightshift.dataset.Split;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats numbers, times and names for the page. */
public final class PageFormat {

    /** Replaces a number that is unknown. */
    public static final String UNKNOWN = "–";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private PageFormat() {}

    /** Formats any value that a template names: whole numbers with separators, others with three decimals. */
    static String of(Object value) {
        if (value instanceof Long || value instanceof Integer) {
            return count(((Number) value).longValue());
        }
        return value instanceof Double number ? decimal(number) : String.valueOf(value);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    public static String counted(long number, String noun) {
        return count(number) + "\u00a0" + noun + (number == 1 ? "" : "s");
    }

    public static String decimal(double number) {
        return Double.isFinite(number) ? String.format(Locale.ROOT, "%.3f", number) : UNKNOWN;
    }

    /** Keeps three significant digits, because learning rates span orders of magnitude. */
    static String learningRate(double rate) {
        return Double.isFinite(rate)
                ? BigDecimal.valueOf(rate)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toString()
                : UNKNOWN;
    }

    static String bytes(long number) {
        String exactly = counted(number, "byte");
        return number < 1_000_000 ? exactly : String.format(Locale.ROOT, "%,.1f\u00a0MB (%s)", number / 1e6, exactly);
    }

    static String time(String iso) {
        return TIME.format(Instant.parse(iso));
    }

    /** Keeps the two largest units. */
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f\u00a0s", duration.toMillis() / 1e3);
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d\u00a0min %d\u00a0s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d\u00a0h %d\u00a0min", seconds / 3600, seconds % 3600 / 60);
    }

    public static String seconds(double seconds) {
        return Double.isFinite(seconds) ? duration(Duration.ofMillis(Math.round(1000 * seconds))) : UNKNOWN;
    }

    static String split(Split split) {
        return split.id().replace('_', ' ');
    }
}
