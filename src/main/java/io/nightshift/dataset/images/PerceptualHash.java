package io.nightshift.dataset.images;

import java.io.Serializable;

/**
 * Describes an image by a hash that stays nearly the same when the image is compressed, scaled, or made a little
 * brighter: where it gets lighter from left to right, and from top to bottom, on a grid of 9 x 9 means (the "difference
 * hash" of Krawetz, "Kind of Like That", 2013, in both directions).
 *
 * @param rightwards 64 bits, row by row: whether a mean is below its right neighbour's
 * @param downwards  64 bits, row by row: whether a mean is below the one underneath
 */
public record PerceptualHash(long rightwards, long downwards) implements Serializable {
    private static final int GRID = 9;

    /** Computes the hash of a grey image. */
    public static PerceptualHash of(GreyImage image) {
        byte[] means = image.scaledTo(GRID).pixels();
        long rightwards = 0;
        long downwards = 0;
        for (int row = 0; row < GRID - 1; row++) {
            for (int column = 0; column < GRID - 1; column++) {
                int here = means[row * GRID + column] & 0xff;
                rightwards = rightwards << 1 | (here < (means[row * GRID + column + 1] & 0xff) ? 1 : 0);
                downwards = downwards << 1 | (here < (means[(row + 1) * GRID + column] & 0xff) ? 1 : 0);
            }
        }
        return new PerceptualHash(rightwards, downwards);
    }

    /** Counts the bits, of 128, in which two hashes differ; about 64 for unrelated images. */
    public int distance(PerceptualHash other) {
        return Long.bitCount(rightwards ^ other.rightwards) + Long.bitCount(downwards ^ other.downwards);
    }
}
