package io.nightshift.dataset.augment;

import java.util.Arrays;

/**
 * What augmentation does to one image.
 *
 * @param mirrored   left to right, after it was moved
 * @param moved      whether the next four mean anything
 * @param cosine     of the rotation, divided by the scale
 * @param sine       of the rotation, divided by the scale
 * @param shiftX     pixels to the right
 * @param shiftY     pixels down
 * @param brightness added to each pixel
 * @param contrast   factor of each pixel's difference from the image's mean
 * @param erasure    done last
 */
record ImageChange(
        boolean mirrored,
        boolean moved,
        double cosine,
        double sine,
        double shiftX,
        double shiftY,
        double brightness,
        double contrast,
        Erasure erasure) {
    /** Leaves an image as it is. */
    static final ImageChange NONE = new ImageChange(false, false, 1, 0, 0, 0, 0, 1, Erasure.NONE);

    /** A rectangle in one grey, from 0 to 255; of height 0 for none. */
    record Erasure(int top, int left, int height, int width, int grey) {
        static final Erasure NONE = new Erasure(0, 0, 0, 0, 0);

        private Erasure scaled(double factor) {
            int newTop = (int) Math.round(top * factor);
            int newLeft = (int) Math.round(left * factor);
            return new Erasure(
                    newTop,
                    newLeft,
                    (int) Math.round((top + height) * factor) - newTop,
                    (int) Math.round((left + width) * factor) - newLeft,
                    grey);
        }
    }

    /** Returns the same change of an image that was scaled by a factor; the erased rectangle is rounded to pixels. */
    ImageChange scaled(double factor) {
        return new ImageChange(
                mirrored,
                moved,
                cosine,
                sine,
                shiftX * factor,
                shiftY * factor,
                brightness,
                contrast,
                erasure.scaled(factor));
    }

    /**
     * Returns a changed copy.
     *
     * @param image of {@code side} rows and columns; pixels of 0..255 unsigned
     */
    byte[] of(byte[] image, int side) {
        byte[] changed = moved(image, side);
        relight(changed);
        for (int y = erasure.top(); y < erasure.top() + erasure.height(); y++) {
            int from = y * side + erasure.left();
            Arrays.fill(changed, from, from + erasure.width(), (byte) erasure.grey());
        }
        return changed;
    }

    /**
     * Moves the image: each pixel of the result is looked up through the inverse of shift, scale and rotation about the
     * centre, between pixels by bilinear interpolation, beyond the edge as the nearest pixel of the edge.
     */
    private byte[] moved(byte[] image, int side) {
        if (!moved) {
            return mirrored ? mirrored(image, side) : image.clone();
        }
        double centre = (side - 1) / 2.0;
        byte[] result = new byte[image.length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double fromX = x - centre - shiftX;
                double fromY = y - centre - shiftY;
                double column = centre + cosine * fromX + sine * fromY;
                double row = centre - sine * fromX + cosine * fromY;
                result[y * side + x] = between(image, side, mirrored ? side - 1 - column : column, row);
            }
        }
        return result;
    }

    private static byte[] mirrored(byte[] image, int side) {
        byte[] mirrored = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            int x = i % side;
            mirrored[i] = image[i - x + side - 1 - x];
        }
        return mirrored;
    }

    private static byte between(byte[] image, int side, double column, double row) {
        double x = Math.min(side - 1, Math.max(0, column));
        double y = Math.min(side - 1, Math.max(0, row));
        int left = (int) x;
        int top = (int) y;
        int right = Math.min(side - 1, left + 1);
        int bottom = Math.min(side - 1, top + 1);
        double toRight = x - left;
        double down = y - top;
        double above = (image[top * side + left] & 0xff) * (1 - toRight) + (image[top * side + right] & 0xff) * toRight;
        double below =
                (image[bottom * side + left] & 0xff) * (1 - toRight) + (image[bottom * side + right] & 0xff) * toRight;
        return (byte) Math.round(above * (1 - down) + below * down);
    }

    private void relight(byte[] image) {
        if (brightness == 0 && contrast == 1) {
            return;
        }
        double sum = 0;
        for (byte pixel : image) {
            sum += pixel & 0xff;
        }
        double mean = sum / image.length;
        for (int i = 0; i < image.length; i++) {
            double value = mean + contrast * ((image[i] & 0xff) - mean) + brightness;
            image[i] = (byte) Math.round(Math.min(255, Math.max(0, value)));
        }
    }
}
