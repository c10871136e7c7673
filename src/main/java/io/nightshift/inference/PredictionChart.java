package io.nightshift.inference;

import io.nightshift.vision.detect.Face;
import io.nightshift.vision.image.Picture;
import io.nightshift.vision.image.Png;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws a picture with boxes around its faces, and a bar chart of their scores beside it. */
public final class PredictionChart {
    private static final int HEIGHT = 480;
    private static final int CHART_WIDTH = 640;
    private static final int WIDEST_PICTURE = 960;
    /** Faces in the bar chart: more bars side by side could not be told apart. All faces have their box. */
    static final int MOST_FACES = 6;

    private PredictionChart() {}

    /** Draws a PNG, {@value #HEIGHT} pixels high. */
    public static byte[] png(Picture picture, List<FacePrediction> faces) {
        BufferedImage marked = scaled(picture.colours(), faces);
        boolean barred = !faces.isEmpty();
        BufferedImage whole =
                new BufferedImage(marked.getWidth() + (barred ? CHART_WIDTH : 0), HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = whole.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, whole.getWidth(), HEIGHT);
        pen.drawImage(marked, 0, (HEIGHT - marked.getHeight()) / 2, null);
        if (barred) {
            pen.drawImage(BitmapEncoder.getBufferedImage(bars(faces)), marked.getWidth(), 0, null);
        }
        pen.dispose();
        return Png.bytes(whole);
    }

    /** Scales the picture before the boxes are drawn: their lines and words then have one size on any picture. */
    private static BufferedImage scaled(BufferedImage image, List<FacePrediction> faces) {
        double scale = Math.min((double) HEIGHT / image.getHeight(), (double) WIDEST_PICTURE / image.getWidth());
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = scaled.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.drawImage(image, 0, 0, width, height, Color.WHITE, null);
        pen.dispose();
        FaceMarks.draw(
                scaled,
                NumberedFace.inOrder(faces.stream()
                        .map(prediction -> new FacePrediction(scaled(prediction.face(), scale), prediction.scores()))
                        .toList()));
        return scaled;
    }

    private static Face scaled(Face face, double scale) {
        return new Face(
                (int) Math.round(face.x() * scale),
                (int) Math.round(face.y() * scale),
                (int) Math.round(face.width() * scale),
                (int) Math.round(face.height() * scale),
                face.confidence(),
                face.landmarks());
    }

    private static CategoryChart bars(List<FacePrediction> faces) {
        List<FacePrediction> shown = faces.subList(0, Math.min(MOST_FACES, faces.size()));
        CategoryChart chart = new CategoryChartBuilder()
                .width(CHART_WIDTH)
                .height(HEIGHT)
                .title(title(shown.size(), faces.size()))
                .yAxisTitle("score")
                .build();
        chart.getStyler()
                .setYAxisMin(0.0)
                .setYAxisMax(1.0)
                .setLegendVisible(shown.size() > 1)
                // Inside it would lie over bars.
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setChartTitleVisible(shown.size() < faces.size())
                .setChartTitleBoxVisible(false)
                .setPlotBorderVisible(false)
                .setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        for (int i = 0; i < shown.size(); i++) {
            EmotionScores scores = shown.get(i).scores();
            List<Double> heights = new ArrayList<>();
            for (float score : scores.scores()) {
                heights.add((double) score);
            }
            chart.addSeries((i + 1) + " " + scores.label(), scores.classes(), heights)
                    .setFillColor(FaceMarks.colour(i + 1));
        }
        return chart;
    }

    static String title(int shown, int all) {
        return shown < all ? "bars of the " + shown + " largest of " + all + " faces" : "";
    }
}
