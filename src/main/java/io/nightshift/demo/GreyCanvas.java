package io.nightshift.demo;

import static io.nightshift.demo.DemoFaces.SIZE;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.CubicCurve2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.QuadCurve2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** A square, smooth, grey drawing surface of {@link DemoFaces#SIZE} pixels a side, transparent at first. */
final class GreyCanvas {
    /** The surface is this much finer than the image, which keeps lines thinner than a pixel smooth. */
    private static final int OVERSAMPLING = 2;

    static {
        // Without this a DISPLAY that cannot be reached stops even drawing into memory.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private final BufferedImage image =
            new BufferedImage(SIZE * OVERSAMPLING, SIZE * OVERSAMPLING, BufferedImage.TYPE_INT_ARGB_PRE);
    private final Graphics2D graphics = image.createGraphics();

    GreyCanvas() {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(OVERSAMPLING, OVERSAMPLING);
    }

    /** Draws all that follows in the coordinates that the transform maps from. */
    void transform(AffineTransform transform) {
        graphics.transform(transform);
    }

    void fill(Shape shape, Paint paint) {
        graphics.setPaint(paint);
        graphics.fill(shape);
    }

    void line(Shape shape, Paint paint, double width) {
        graphics.setPaint(paint);
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(shape);
    }

    /** An empty canvas with the same coordinates, for {@link #add}. */
    GreyCanvas layer() {
        GreyCanvas layer = new GreyCanvas();
        layer.graphics.setTransform(graphics.getTransform());
        return layer;
    }

    /** Lets all that follows show only where something has been drawn before. */
    void keepWithinDrawn() {
        graphics.setComposite(AlphaComposite.SrcAtop);
    }

    void add(GreyCanvas layer) {
        AffineTransform coordinates = graphics.getTransform();
        graphics.setTransform(new AffineTransform());
        graphics.drawImage(layer.image, 0, 0, null);
        graphics.setTransform(coordinates);
    }

    /** The surface itself, {@link #OVERSAMPLING} times as fine as the image, and transparent where nothing was drawn. */
    BufferedImage surface() {
        return image;
    }

    /** Grey levels in 0..255 of the finished image, row by row. What is still transparent is black. */
    float[] levels() {
        int[] samples = ((DataBufferInt) surface().getRaster().getDataBuffer()).getData();
        float[] levels = new float[SIZE * SIZE];
        for (int sample = 0; sample < samples.length; sample++) {
            int x = sample % (SIZE * OVERSAMPLING) / OVERSAMPLING;
            int y = sample / (SIZE * OVERSAMPLING) / OVERSAMPLING;
            levels[y * SIZE + x] += samples[sample] & 0xff;
        }
        for (int i = 0; i < levels.length; i++) {
            levels[i] /= OVERSAMPLING * OVERSAMPLING;
        }
        return levels;
    }

    static Color grey(double level) {
        return grey(level, 1);
    }

    /**
     * @param level   brought into 0..255
     * @param opacity brought into 0..1
     */
    static Color grey(double level, double opacity) {
        int grey = (int) Math.max(0, Math.min(255, level));
        return new Color(grey, grey, grey, (int) (255 * Math.max(0, Math.min(1, opacity))));
    }

    static Shape ellipse(double x, double y, double radiusX, double radiusY) {
        return new Ellipse2D.Double(x - radiusX, y - radiusY, 2 * radiusX, 2 * radiusY);
    }

    static Shape curve(double x1, double y1, double bendX, double bendY, double x2, double y2) {
        return new QuadCurve2D.Double(x1, y1, bendX, bendY, x2, y2);
    }

    /** The area between two curves that share their ends. */
    static Shape between(CubicCurve2D upper, CubicCurve2D lower) {
        Path2D area = new Path2D.Double(upper);
        area.curveTo(
                lower.getCtrlX2(),
                lower.getCtrlY2(),
                lower.getCtrlX1(),
                lower.getCtrlY1(),
                lower.getX1(),
                lower.getY1());
        return area;
    }
}
