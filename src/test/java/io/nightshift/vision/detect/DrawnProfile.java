package io.nightshift.vision.detect;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** A picture with one head from the side, which OpenCV's cascade for profiles takes for one, and no frontal cascade. */
final class DrawnProfile {
    private DrawnProfile() {}

    /** 320 x 240 pixels; the head looks to the left, and its face is about 115 wide, around (135, 110). */
    static BufferedImage image() {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        fill(pen, 87, new Rectangle2D.Double(0, 0, 320, 240));
        // The hair behind the forehead, the face, the hair before the neck.
        fill(pen, 35, new Ellipse2D.Double(118, 28, 130, 150));
        fill(pen, 246, outline());
        fill(pen, 35, new Ellipse2D.Double(164, 30, 90, 120));
        fill(pen, 246, new Rectangle2D.Double(160, 150, 50, 90));
        // Cheek, ear, mouth, brow; the socket and the eye in it.
        fill(pen, 255, new Ellipse2D.Double(130, 105, 36, 40));
        fill(pen, 206, new Ellipse2D.Double(172, 92, 19, 30));
        fill(pen, 68, new Ellipse2D.Double(108, 138, 22, 6));
        fill(pen, 68, new Ellipse2D.Double(112, 91, 32, 6));
        fill(pen, 186, new Ellipse2D.Double(110, 99, 37, 22));
        fill(pen, 68, new Ellipse2D.Double(116, 105, 25, 10));
        pen.dispose();
        return image;
    }

    private static void fill(Graphics2D pen, int level, Shape shape) {
        pen.setColor(new Color(level, level, level));
        pen.fill(shape);
    }

    /** From the forehead down over nose, lips and chin, and back under the hair. */
    private static Shape outline() {
        Path2D face = new Path2D.Double();
        face.moveTo(150, 40);
        face.curveTo(120, 45, 112, 60, 112, 84);
        int[][] noseAndLips = {{102, 116}, {105, 122}, {114, 126}, {108, 134}, {112, 141}, {109, 150}, {115, 158}};
        for (int[] point : noseAndLips) {
            face.lineTo(point[0], point[1]);
        }
        face.curveTo(112, 168, 118, 178, 130, 178);
        face.lineTo(157, 172);
        face.curveTo(190, 160, 200, 130, 200, 100);
        face.curveTo(195, 60, 180, 40, 150, 40);
        face.closePath();
        return face;
    }
}
