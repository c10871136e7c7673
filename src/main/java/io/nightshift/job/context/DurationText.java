package io.nightshift.job.context;

import java.time.Duration;

/** Formats durations for people. */
public final class DurationText {
    private DurationText() {}

    /** Formats a duration with its two largest units: {@code 45 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    public static String of(Duration duration) {
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        if (duration.toMinutes() > 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toSeconds() + " s";
    }
}
