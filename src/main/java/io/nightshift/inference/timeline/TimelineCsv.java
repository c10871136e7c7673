package io.nightshift.inference.timeline;

import io.nightshift.inference.EmotionScores;
import io.nightshift.inference.NumberedFace;
import io.nightshift.vision.detect.Face;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Formats the lines of a timeline's CSV (RFC 4180, but for the ends of lines). */
final class TimelineCsv {
    private static final int TIME_DECIMALS = 3;
    private static final int SCORE_DECIMALS = 4;

    private TimelineCsv() {}

    static String header(List<String> classes) {
        List<String> fields =
                new ArrayList<>(List.of("time_seconds", "frame", "face", "x", "y", "width", "height", "label"));
        fields.addAll(classes);
        return line(fields);
    }

    static String line(long frame, double second, NumberedFace numbered) {
        Face face = numbered.prediction().face();
        EmotionScores scores = numbered.prediction().scores();
        List<String> fields = new ArrayList<>(List.of(
                decimal(second, TIME_DECIMALS),
                String.valueOf(frame),
                String.valueOf(numbered.number()),
                String.valueOf(face.x()),
                String.valueOf(face.y()),
                String.valueOf(face.width()),
                String.valueOf(face.height()),
                scores.label()));
        for (float score : scores.scores()) {
            fields.add(decimal(score, SCORE_DECIMALS));
        }
        return line(fields);
    }

    private static String decimal(double number, int decimals) {
        return BigDecimal.valueOf(number)
                .setScale(decimals, RoundingMode.HALF_UP)
                .toPlainString();
    }

    private static String line(List<String> fields) {
        return String.join(",", fields.stream().map(TimelineCsv::quoted).toList()) + "\n";
    }

    /** Quotes what needs it: a class may have any name. */
    private static String quoted(String field) {
        return field.matches("[^,\"\r\n]*") ? field : "\"" + field.replace("\"", "\"\"") + "\"";
    }
}
