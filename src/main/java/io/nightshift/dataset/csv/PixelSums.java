package io.nightshift.dataset.csv;

import java.io.Serializable;

/**
 * Sums pixels, for the mean brightness of images and its deviation. The sums are of whole numbers, and do not depend on
 * how the images are distributed.
 *
 * @param count   pixels
 * @param sum     of their values, 0..255 each
 * @param squares sum of the squares of their values; a long holds those of sixty million images
 */
record PixelSums(long count, long sum, long squares) implements Serializable {
    static final PixelSums NONE = new PixelSums(0, 0, 0);
    private static final double BRIGHTEST = 255;

    static PixelSums of(byte[] pixels) {
        long sum = 0;
        long squares = 0;
        for (byte pixel : pixels) {
            int value = pixel & 0xff;
            sum += value;
            squares += (long) value * value;
        }
        return new PixelSums(pixels.length, sum, squares);
    }

    PixelSums plus(PixelSums other) {
        return new PixelSums(count + other.count, sum + other.sum, squares + other.squares);
    }

    /** Returns the mean, in [0, 1]; 0 without pixels. */
    double mean() {
        return count == 0 ? 0 : sum / (double) count / BRIGHTEST;
    }

    /** Returns the standard deviation, in [0, 0.5]; 0 without pixels. */
    double deviation() {
        double mean = mean();
        return count == 0
                ? 0
                : Math.sqrt(Math.max(0, squares / (double) count / (BRIGHTEST * BRIGHTEST) - mean * mean));
    }
}
