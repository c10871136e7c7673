package io.nightshift.inference.timeline;

import io.nightshift.vision.image.Png;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Draws a band for each face: over time, how its score is shared among the classes. */
final class TimelinePicture {
    static final int LEFT = 20;
    static final int PLOT_WIDTH = 1_000;
    static final int TOP = 40;
    static final int CAPTION = 26;
    static final int BAND = 110;
    private static final int ROW = CAPTION + BAND + 10;
    private static final int AXIS = 34;
    private static final int LEGEND_LEFT = LEFT + PLOT_WIDTH + 24;
    private static final int LEGEND_LINE = 22;
    private static final int WIDTH = LEGEND_LEFT + 170;
    private static final Color INK = new Color(0x222222);
    private static final Color NOTHING = new Color(0xF2F2F2);
    private static final int MOST_TICKS = 12;
    private static final int[] TICK_SECONDS = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200};
    /** Distinguishable for readers who do not see all colours (Okabe and Ito, "Color Universal Design", 2008). */
    private static final List<Color> COLOURS = List.of(
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xF0E442),
            new Color(0x0072B2),
            new Color(0x56B4E9),
            new Color(0xBBBBBB),
            new Color(0xE69F00));

    private final Graphics2D pen;
    private final List<String> classes;
    private final double slotSeconds;
    private final double end;

    private TimelinePicture(Graphics2D pen, List<String> classes, double slotSeconds, double end) {
        this.pen = pen;
        this.classes = classes;
        this.slotSeconds = slotSeconds;
        this.end = end;
    }

    /** Draws a PNG of a video that ends at this second. */
    static byte[] png(String title, List<String> classes, FaceTracks tracks, double end) {
        List<FaceTrack> shown = tracks.longest();
        int rows = TOP + Math.max(1, shown.size()) * ROW + AXIS;
        BufferedImage image = new BufferedImage(
                WIDTH, Math.max(rows, TOP + CAPTION + LEGEND_LINE * (classes.size() + 1)), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        TimelinePicture picture = new TimelinePicture(pen, classes, tracks.slotSeconds(), end);
        picture.heading(title, shown.size(), tracks.count());
        for (int i = 0; i < shown.size(); i++) {
            picture.row(shown.get(i), TOP + i * ROW);
        }
        if (shown.isEmpty()) {
            pen.setColor(NOTHING);
            pen.fillRect(LEFT, TOP + CAPTION, PLOT_WIDTH, BAND);
        }
        picture.axis(rows - AXIS - 10);
        picture.legend();
        pen.dispose();
        return Png.bytes(image);
    }

    private void heading(String title, int shown, int all) {
        pen.setColor(INK);
        pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
        pen.drawString(title, LEFT, 26);
        int after = LEFT + pen.getFontMetrics().stringWidth(title) + 16;
        pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        pen.drawString(words(shown, all), after, 26);
    }

    /** Says how many faces there are, and which of them are shown. */
    static String words(int shown, int all) {
        if (all == 0) {
            return "no face was found";
        }
        String faces = all + (all == 1 ? " face" : " faces");
        return shown == all ? faces : faces + ", of which the " + shown + " on most frames are shown; the CSV has all";
    }

    private void row(FaceTrack track, int top) {
        pen.setColor(INK);
        pen.drawString(
                String.format(
                        Locale.ROOT,
                        "face %d: mostly %s, %s to %s",
                        track.number(),
                        classes.get(track.label()),
                        clock(track.from()),
                        clock(track.until())),
                LEFT,
                top + CAPTION - 8);
        pen.setColor(NOTHING);
        pen.fillRect(LEFT, top + CAPTION, PLOT_WIDTH, BAND);
        TreeMap<Integer, double[]> means = track.means();
        // The whole band first, and over it the classes above each one: no seam shows between neighbours.
        for (int label = 0; label < classes.size(); label++) {
            pen.setColor(colour(label, classes.size()));
            pen.fill(band(track, means, label, top + CAPTION));
        }
    }

    /** The area of a class and of those after it. */
    private Path2D band(FaceTrack track, Map<Integer, double[]> means, int label, int top) {
        Path2D band = new Path2D.Double();
        band.moveTo(x(track.from()), top + BAND);
        double height = top + BAND;
        boolean begun = false;
        for (Map.Entry<Integer, double[]> mean : means.entrySet()) {
            double share = 0;
            for (int above = label; above < classes.size(); above++) {
                share += mean.getValue()[above];
            }
            height = top + BAND * (1 - Math.min(1, share));
            double middle = Math.min((mean.getKey() + 0.5) * slotSeconds, track.until());
            band.lineTo(begun ? x(Math.max(middle, track.from())) : x(track.from()), height);
            begun = true;
        }
        band.lineTo(x(track.until()), height);
        band.lineTo(x(track.until()), top + BAND);
        band.closePath();
        return band;
    }

    private double x(double second) {
        return LEFT + (end > 0 ? PLOT_WIDTH * Math.min(1, second / end) : 0);
    }

    private void axis(int top) {
        pen.setColor(INK);
        pen.drawLine(LEFT, top, LEFT + PLOT_WIDTH, top);
        int step = tickSeconds(end);
        for (int second = 0; second <= end; second += step) {
            int x = (int) Math.round(x(second));
            pen.drawLine(x, top, x, top + 5);
            String text = clock(second);
            pen.drawString(text, x - pen.getFontMetrics().stringWidth(text) / 2, top + 20);
        }
    }

    private void legend() {
        for (int label = 0; label < classes.size(); label++) {
            int top = TOP + CAPTION + label * LEGEND_LINE;
            pen.setColor(colour(label, classes.size()));
            pen.fillRect(LEGEND_LEFT, top, 14, 14);
            pen.setColor(INK);
            pen.drawString(classes.get(label), LEGEND_LEFT + 22, top + 12);
        }
    }

    /** Returns the colour of a class; of many classes neighbours differ in hue. */
    static Color colour(int label, int classes) {
        return classes <= COLOURS.size()
                ? COLOURS.get(label)
                : Color.getHSBColor((float) label / classes, 0.6f, label % 2 == 0 ? 0.9f : 0.7f);
    }

    /** Returns the whole seconds between two ticks, of which there are few enough to be read. */
    static int tickSeconds(double end) {
        for (int step : TICK_SECONDS) {
            if (end / step <= MOST_TICKS) {
                return step;
            }
        }
        int hours = (int) Math.ceil(end / MOST_TICKS / 3_600);
        return hours * 3_600;
    }

    /** Formats a time as minutes and seconds, and hours if it has some. */
    static String clock(double second) {
        long seconds = (long) second;
        return seconds < 3_600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
}
