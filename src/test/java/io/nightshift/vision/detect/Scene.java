package io.nightshift.vision.detect;

import static io.nightshift.vision.detect.Situation.between;

import io.nightshift.demo.DrawnHeads;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A picture that is put together from a background and heads, and where its faces are. */
public final class Scene {
    private final BufferedImage image;
    private final RandomGenerator random;
    private final List<Face> faces = new ArrayList<>();

    Scene(int width, int height, RandomGenerator random) {
        this.random = random;
        image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        int level = (int) between(random, 30, 200);
        int other = (int) between(random, 30, 200);
        Graphics2D pen = pen();
        pen.setPaint(new GradientPaint(0, 0, grey(level), (float) between(random, 0, width), height, grey(other)));
        pen.fillRect(0, 0, width, height);
        for (int i = 0; i < 5; i++) {
            pen.setColor(grey((int) between(random, 30, 200)));
            pen.fill(new Rectangle2D.Double(
                    between(random, -40, width),
                    between(random, -40, height),
                    between(random, 10, 90),
                    between(random, 10, 90)));
        }
        pen.dispose();
    }

    private Graphics2D pen() {
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        return pen;
    }

    private static Color grey(int level) {
        int grey = Math.max(0, Math.min(255, level));
        return new Color(grey, grey, grey);
    }

    /** Puts a head so that the middle of its face is at (x, y). */
    void put(BufferedImage head, double x, double y, double face, double degrees) {
        double scale = face / (DrawnHeads.FACE * head.getWidth());
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.rotate(Math.toRadians(degrees));
        place.scale(scale, scale);
        place.translate(-head.getWidth() / 2.0, -head.getHeight() * DrawnHeads.MIDDLE_Y);
        Graphics2D pen = pen();
        pen.drawImage(head, place, null);
        pen.dispose();
        faces.add(new Face(
                (int) Math.round(x - face / 2),
                (int) Math.round(y - face / 2),
                (int) Math.round(face),
                (int) Math.round(face),
                1,
                Optional.empty()));
    }

    /** Makes it dark: of 255 levels this fraction is left. */
    void darken(double left) {
        eachPixel(level -> level * left + 6);
    }

    /** Adds a camera's noise. */
    void grain() {
        eachPixel(level -> level + 2 * random.nextGaussian());
    }

    private interface Change {
        double of(double level);
    }

    private void eachPixel(Change change) {
        byte[] pixels = ((java.awt.image.DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(change.of(pixels[i] & 0xff))));
        }
    }

    /** Covers it with what is no face: letters, circles, a chequer, a landscape, leaves, bricks, noise or waves. */
    void clutter() {
        Graphics2D pen = pen();
        int width = image.getWidth();
        int height = image.getHeight();
        switch (random.nextInt(8)) {
            case 0 -> {
                pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, (int) between(random, 14, 40)));
                for (int y = 20; y < height + 20; y += 28) {
                    StringBuilder text = new StringBuilder();
                    for (int i = 0; i < 30; i++) {
                        text.append((char) ('A' + random.nextInt(58)));
                    }
                    pen.setColor(grey((int) between(random, 0, 255)));
                    pen.drawString(text.toString(), 2, y);
                }
            }
            case 1 -> {
                for (int i = 0; i < 40; i++) {
                    double radius = between(random, 4, 40);
                    pen.setColor(grey((int) between(random, 0, 255)));
                    pen.fill(new Ellipse2D.Double(
                            between(random, -20, width),
                            between(random, -20, height),
                            radius,
                            radius * between(random, 0.6, 1.5)));
                }
            }
            case 2 -> {
                int cell = (int) between(random, 8, 30);
                for (int y = 0; y < height; y += cell) {
                    for (int x = 0; x < width; x += cell) {
                        pen.setColor(grey((x / cell + y / cell) % 2 * 150 + random.nextInt(60)));
                        pen.fillRect(x, y, cell, cell);
                    }
                }
            }
            case 3 -> {
                pen.setColor(grey(210));
                pen.fillRect(0, 0, width, height);
                for (int ridge = 0; ridge < 5; ridge++) {
                    Polygon hill = new Polygon();
                    hill.addPoint(0, height);
                    double y = 50 + 25 * ridge;
                    for (int x = 0; x <= width; x += 6) {
                        y += between(random, -5, 5);
                        hill.addPoint(x, (int) y);
                    }
                    hill.addPoint(width, height);
                    pen.setColor(grey(180 - 35 * ridge));
                    pen.fill(hill);
                }
            }
            case 4 -> {
                for (int i = 0; i < 400; i++) {
                    AffineTransform place =
                            AffineTransform.getTranslateInstance(between(random, 0, width), between(random, 0, height));
                    place.rotate(between(random, 0, Math.PI));
                    pen.setColor(grey((int) between(random, 20, 180)));
                    pen.fill(place.createTransformedShape(
                            new Ellipse2D.Double(0, 0, between(random, 8, 26), between(random, 3, 9))));
                }
            }
            case 5 -> {
                for (int y = 0; y < height; y += 14) {
                    for (int x = -30 + y / 14 % 2 * 15; x < width; x += 30) {
                        pen.setColor(grey((int) between(random, 110, 150)));
                        pen.fillRect(x, y, 28, 12);
                    }
                }
            }
            case 6 -> {
                int grain = 1 + random.nextInt(8);
                for (int y = 0; y < height; y += grain) {
                    for (int x = 0; x < width; x += grain) {
                        pen.setColor(grey(random.nextInt(256)));
                        pen.fillRect(x, y, grain, grain);
                    }
                }
            }
            default -> {
                pen.setStroke(new BasicStroke((float) between(random, 1, 6)));
                for (int i = 0; i < 60; i++) {
                    pen.setColor(grey((int) between(random, 0, 255)));
                    pen.draw(new Line2D.Double(
                            between(random, 0, width),
                            between(random, 0, height),
                            between(random, 0, width),
                            between(random, 0, height)));
                }
            }
        }
        pen.dispose();
    }

    /** The picture. */
    public BufferedImage image() {
        return image;
    }

    /** Its faces. */
    public List<Face> faces() {
        return faces;
    }
}
