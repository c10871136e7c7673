package io.nightshift.vision.detect;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;

/** A picture with one face of a few ellipses, which detectors take for one. */
public final class DrawnPortrait {
    /** Brightness, left, top, width and height: hair, face, sockets, brows, eyes, nose, its shadow, mouth. */
    private static final int[][] ELLIPSES = {
        {60, 98, 22, 124, 170},
        {200, 105, 40, 110, 155},
        {140, 112, 78, 40, 22},
        {140, 168, 78, 40, 22},
        {60, 114, 76, 36, 8},
        {60, 170, 76, 36, 8},
        {40, 122, 86, 20, 12},
        {40, 178, 86, 20, 12},
        {230, 152, 80, 16, 50},
        {120, 148, 128, 24, 8},
        {90, 135, 152, 50, 14}
    };

    private DrawnPortrait() {}

    /** 320 x 240 pixels; the face is about 110 wide, around (160, 117). */
    public static BufferedImage image() {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setColor(new Color(90, 90, 90));
        pen.fillRect(0, 0, 320, 240);
        for (int[] ellipse : ELLIPSES) {
            pen.setColor(new Color(ellipse[0], ellipse[0], ellipse[0]));
            pen.fill(new Ellipse2D.Double(ellipse[1], ellipse[2], ellipse[3], ellipse[4]));
        }
        pen.dispose();
        return image;
    }
}
