package io.nightshift.vision.image;

import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;

/**
 * The orientation of a picture in its file.
 *
 * @param exif 1 to 8 as in EXIF 2.3 (CIPA DC-008, tag 0x0112): 1 is upright; other numbers count as 1
 */
public record Orientation(int exif) {
    public static final Orientation UPRIGHT = new Orientation(1);
    private static final int[] BY_CLOCKWISE_QUARTERS = {1, 6, 3, 8};

    /** Returns the orientation of a picture that this rotation makes upright, rounded to a quarter of a turn. */
    public static Orientation comingUprightBy(double clockwiseDegrees) {
        return new Orientation(BY_CLOCKWISE_QUARTERS[(int) Math.floorMod(Math.round(clockwiseDegrees / 90), 4L)]);
    }

    /** Whether turning upright makes rows of columns. */
    public boolean swapsSides() {
        return exif >= 5 && exif <= 8;
    }

    /** Turns a picture upright; returns the picture itself if it is. */
    public BufferedImage upright(BufferedImage image) {
        double width = image.getWidth();
        double height = image.getHeight();
        AffineTransform turn =
                switch (exif) {
                    case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
                    case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
                    case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
                    case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
                    case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
                    case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
                    case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
                    default -> new AffineTransform();
                };
        return turn.isIdentity()
                ? image
                : new AffineTransformOp(turn, AffineTransformOp.TYPE_NEAREST_NEIGHBOR).filter(image, null);
    }
}
