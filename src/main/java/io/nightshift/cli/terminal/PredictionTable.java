package io.nightshift.cli.terminal;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.nightshift.config.Printable;
import io.nightshift.inference.EmotionScores;
import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.ImagePrediction;
import io.nightshift.vision.detect.Face;
import java.util.List;
import java.util.Locale;

/** Formats the predictions for an image's faces for the terminal, with a bar for each score. */
public final class PredictionTable {
    /** Characters of a score of 1. Plain ones: a job's log need not be in UTF-8. */
    private static final int BAR = 40;

    private PredictionTable() {}

    public static String of(ImagePrediction picture) {
        List<FacePrediction> faces = picture.faces();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %d x %d pixels: %s%n",
                Printable.line(picture.uri()),
                picture.width(),
                picture.height(),
                faces.isEmpty()
                        ? "no face found; --whole-image takes all of it as one face"
                        : faces.size() == 1 ? "1 face" : faces.size() + " faces, the largest first"));
        for (int i = 0; i < faces.size(); i++) {
            Face face = faces.get(i).face();
            EmotionScores scores = faces.get(i).scores();
            text.append(String.format(
                    Locale.ROOT,
                    "face %d at %d,%d, %d x %d%s: %s%n%s%n",
                    i + 1,
                    face.x(),
                    face.y(),
                    face.width(),
                    face.height(),
                    face.wholeImage() ? " (none was found, the whole image is taken as one)" : "",
                    Printable.line(scores.label()),
                    table(scores)));
        }
        return text.toString();
    }

    private static String table(EmotionScores scores) {
        return AsciiTable.getTable(
                AsciiTable.NO_BORDERS,
                scores.classes(),
                List.of(
                        new Column().dataAlign(HorizontalAlign.LEFT).with(Printable::line),
                        new Column()
                                .dataAlign(HorizontalAlign.RIGHT)
                                .with(name -> String.format(Locale.ROOT, "%.1f %%", 100 * scores.of(name))),
                        new Column()
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(name -> "#".repeat(Math.round(BAR * scores.of(name))))));
    }
}
