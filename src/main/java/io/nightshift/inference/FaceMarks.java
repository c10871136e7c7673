package io.nightshift.inference;

import io.nightshift.vision.detect.Face;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Draws a box around each face, with its number and its emotion above it. */
public final class FaceMarks {
    /** Distinguishable for readers who do not see all colours (Okabe and Ito, "Color Universal Design", 2008). */
    private static final List<Color> COLOURS = List.of(
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x009E73),
            new Color(0xF0E442),
            new Color(0xD55E00),
            new Color(0xCC79A7));

    /** Beside so many others a label would hide faces: where it is wider than its box the number stands alone. */
    private static final int CROWD = 4;

    private FaceMarks() {}

    /** Returns the colour of a face by its number, from 1; colours repeat. */
    static Color colour(int number) {
        return COLOURS.get((number - 1) % COLOURS.size());
    }

    /** Draws the boxes onto the image itself. */
    public static void draw(BufferedImage image, List<NumberedFace> faces) {
        Graphics2D pen = image.createGraphics();
        try {
            pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            int size = Math.max(11, Math.min(image.getWidth(), image.getHeight()) / 28);
            pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
            for (NumberedFace face : faces) {
                draw(pen, face, size, faces.size() >= CROWD, image.getWidth());
            }
        } finally {
            pen.dispose();
        }
    }

    private static void draw(Graphics2D pen, NumberedFace numbered, int size, boolean crowded, int right) {
        Face face = numbered.prediction().face();
        pen.setColor(colour(numbered.number()));
        pen.setStroke(new BasicStroke(Math.max(2, size / 8f)));
        pen.drawRect(face.x(), face.y(), face.width() - 1, face.height() - 1);
        String text = text(numbered);
        if (crowded && pen.getFontMetrics().stringWidth(text) > face.width()) {
            text = String.valueOf(numbered.number());
        }
        int width = pen.getFontMetrics().stringWidth(text) + 6;
        int left = Math.max(0, Math.min(face.x(), right - width));
        int bottom = Math.max(size + 4, face.y());
        pen.fillRect(left, bottom - size - 4, width, size + 4);
        pen.setColor(Color.BLACK);
        pen.drawString(text, left + 3, bottom - size / 5 - 2);
    }

    private static String text(NumberedFace face) {
        EmotionScores scores = face.prediction().scores();
        return String.format(Locale.ROOT, "%d %s %.0f %%", face.number(), scores.label(), 100 * scores.confidence());
    }
}
