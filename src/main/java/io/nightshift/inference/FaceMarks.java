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

/** Draws a box around each face, with its emotion above it. */
public final class FaceMarks {
    /** Distinguishable for readers who do not see all colours (Okabe and Ito, "Color Universal Design", 2008). */
    private static final List<Color> COLOURS = List.of(
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x009E73),
            new Color(0xF0E442),
            new Color(0xD55E00),
            new Color(0xCC79A7));

    private FaceMarks() {}

    /** Returns the colour of the n-th face, from 0; colours repeat. */
    static Color colour(int face) {
        return COLOURS.get(face % COLOURS.size());
    }

    /** Draws the boxes onto the image itself. */
    public static void draw(BufferedImage image, List<FacePrediction> faces) {
        Graphics2D pen = image.createGraphics();
        try {
            pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            int size = Math.max(11, Math.min(image.getWidth(), image.getHeight()) / 28);
            pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
            for (int i = 0; i < faces.size(); i++) {
                draw(pen, faces.get(i), colour(i), size);
            }
        } finally {
            pen.dispose();
        }
    }

    private static void draw(Graphics2D pen, FacePrediction prediction, Color colour, int size) {
        Face face = prediction.face();
        pen.setColor(colour);
        pen.setStroke(new BasicStroke(Math.max(2, size / 8f)));
        pen.drawRect(face.x(), face.y(), face.width() - 1, face.height() - 1);
        String text = String.format(
                Locale.ROOT,
                "%s %.0f %%",
                prediction.scores().label(),
                100 * prediction.scores().confidence());
        int left = Math.max(0, face.x());
        int bottom = Math.max(size + 4, face.y());
        pen.fillRect(left, bottom - size - 4, pen.getFontMetrics().stringWidth(text) + 6, size + 4);
        pen.setColor(Color.BLACK);
        pen.drawString(text, left + 3, bottom - size / 5 - 2);
    }
}
