package io.nightshift.inference.explain;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionScores;
import io.nightshift.vision.image.Png;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Draws, for each face, the face as the model sees it, and beside it the same under its heat map. */
public final class ExplanationPicture {
    static final int SIDE = 240;
    static final int CAPTION = 24;
    /** Faces on one picture; more would be too high to look at. */
    public static final int MOST_FACES = 12;

    private ExplanationPicture() {}

    /** A face with its scores, and the map for its label. */
    public record Explained(GreyImage face, EmotionScores scores, HeatMap map) {}

    /**
     * Draws a PNG with a row for each face.
     *
     * @param shown none for a picture without a face
     * @param all   how many faces there are, of which these are the first
     */
    public static byte[] png(List<Explained> shown, int all) {
        BufferedImage whole =
                new BufferedImage(2 * SIDE, Math.max(1, shown.size()) * (SIDE + CAPTION), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = whole.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, whole.getWidth(), whole.getHeight());
        pen.setColor(Color.BLACK);
        pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        if (shown.isEmpty()) {
            pen.drawString("no face", 6, CAPTION - 7);
        }
        for (int i = 0; i < shown.size(); i++) {
            int top = i * (SIDE + CAPTION);
            pen.drawString(caption(i, all, shown.get(i)), 6, top + CAPTION - 7);
            draw(whole, shown.get(i), top + CAPTION);
        }
        pen.dispose();
        return Png.bytes(whole);
    }

    private static String caption(int i, int all, Explained face) {
        return String.format(
                Locale.ROOT,
                "face %d of %d: %s %.0f %% (%s)",
                i + 1,
                all,
                face.scores().label(),
                100 * face.scores().confidence(),
                face.map().method().label());
    }

    private static void draw(BufferedImage whole, Explained face, int top) {
        GreyImage image = face.face().scaledTo(SIDE);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int grey = image.pixels()[y * SIDE + x] & 0xff;
                float heat = face.map().at((x + 0.5) / SIDE, (y + 0.5) / SIDE);
                whole.setRGB(x, top + y, new Color(grey, grey, grey).getRGB());
                whole.setRGB(SIDE + x, top + y, heated(grey, heat).getRGB());
            }
        }
    }

    private static Color heated(int grey, float heat) {
        Color colour = HeatColour.of(heat);
        double cover = colour.getAlpha() / 255.0;
        return new Color(
                (int) ((1 - cover) * grey + cover * colour.getRed()),
                (int) ((1 - cover) * grey + cover * colour.getGreen()),
                (int) ((1 - cover) * grey + cover * colour.getBlue()));
    }
}
