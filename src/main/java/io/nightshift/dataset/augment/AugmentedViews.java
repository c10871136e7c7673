package io.nightshift.dataset.augment;

import io.nightshift.config.settings.TestTimeAugmentation;
import java.util.stream.Stream;

/**
 * Makes the views of images over which a network's scores are averaged: a face keeps its expression when mirrored or
 * shifted. Ten crops are those of Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks"
 * (2012), for networks whose input has the size of the image: in the place of a smaller cut-out from each corner the
 * whole image is shifted, and its border repeated.
 */
public final class AugmentedViews {
    /** A shift is the side by this: 2 pixels of 48. */
    private static final int SIDE_BY_SHIFT = 24;

    private final byte[] images;
    private final int side;

    private AugmentedViews(byte[] images, int side) {
        this.images = images;
        this.side = side;
    }

    /**
     * Makes the views: the first is the images as they are, the second, if there is one, their mirror images.
     *
     * @param images n images, one after the other, each row by row, a byte (0..255, unsigned) per pixel
     * @param side   rows and columns of an image
     * @return as many arrays of n images as there are views: 1, 2 or 10
     */
    public static byte[][] of(TestTimeAugmentation augmentation, byte[] images, int side) {
        AugmentedViews views = new AugmentedViews(images, side);
        int shift = Math.max(1, Math.round((float) side / SIDE_BY_SHIFT));
        return switch (augmentation) {
            case NONE -> new byte[][] {images};
            case FLIP -> new byte[][] {images, views.shifted(0, 0, true)};
            case TEN_CROP ->
                Stream.of(new int[][] {{0, 0}, {-shift, -shift}, {shift, -shift}, {-shift, shift}, {shift, shift}})
                        .flatMap(by -> Stream.of(views.shifted(by[0], by[1], false), views.shifted(by[0], by[1], true)))
                        .toArray(byte[][]::new);
        };
    }

    /** Shifts to the right and down by so many pixels, and then mirrors left to right. */
    private byte[] shifted(int right, int down, boolean mirrored) {
        byte[] shifted = new byte[images.length];
        for (int row = 0; row < images.length / side; row++) {
            int first = row / side * side;
            int from = (first + within(row - first - down)) * side;
            for (int x = 0; x < side; x++) {
                shifted[row * side + (mirrored ? side - 1 - x : x)] = images[from + within(x - right)];
            }
        }
        return shifted;
    }

    private int within(int position) {
        return Math.max(0, Math.min(side - 1, position));
    }
}
