package io.nightshift.dataset.augment;

import io.nightshift.config.AugmentSettings;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.batch.MiniBatch;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Changes training images at random, each time that they are used, without changing the expression: mirrored, shifted,
 * turned, scaled, brighter or darker, with more or less contrast, with a rectangle wiped out (Zhong et al., "Random
 * Erasing Data Augmentation", <a href="https://arxiv.org/abs/1708.04896">arXiv:1708.04896</a>).
 *
 * <p>The seed alone decides what happens to an image: equal runs train on equal images.
 */
public final class Augmentation implements Serializable {
    private static final long serialVersionUID = 1;
    /** Of the image's area, and the longest side against the other, as in the paper's experiments. */
    private static final double LEAST_ERASED = 0.02;

    private static final double MOST_ERASED = 0.2;
    private static final double LONGEST_TO_SHORTEST = 3;

    private final AugmentSettings most;

    public Augmentation(AugmentSettings most) {
        this.most = most;
    }

    /**
     * Returns a changed copy.
     *
     * @param image rows and columns are equally many; pixels of 0..255 unsigned
     * @param seed  of the changes
     */
    byte[] of(byte[] image, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int side = (int) Math.round(Math.sqrt(image.length));
        byte[] moved = moved(image, side, random);
        relight(moved, random);
        erase(moved, side, random);
        return moved;
    }

    /** Changes a whole minibatch; each example has a seed of its own. */
    public MiniBatch of(MiniBatch batch, long seed) {
        byte[] pixels = new byte[batch.pixels().length];
        for (int i = 0; i < batch.size(); i++) {
            byte[] image = of(batch.image(i), Seeds.mix(seed, i));
            System.arraycopy(image, 0, pixels, i * image.length, image.length);
        }
        return batch.withPixels(pixels);
    }

    /**
     * Moves the image: each pixel of the result is looked up through the inverse of shift, scale and rotation about the
     * centre, between pixels by bilinear interpolation, beyond the edge as the nearest pixel of the edge.
     */
    private byte[] moved(byte[] image, int side, SplittableRandom random) {
        boolean mirrored = random.nextDouble() < most.flipProbability();
        double angle = Math.toRadians(symmetric(random, most.rotationDegrees()));
        double scale = 1 + symmetric(random, most.scale());
        double shiftX = symmetric(random, most.shiftPixels());
        double shiftY = symmetric(random, most.shiftPixels());
        if (angle == 0 && scale == 1 && shiftX == 0 && shiftY == 0) {
            return mirrored ? mirrored(image, side) : image.clone();
        }
        double cos = Math.cos(angle) / scale;
        double sin = Math.sin(angle) / scale;
        double centre = (side - 1) / 2.0;
        byte[] moved = new byte[image.length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double fromX = x - centre - shiftX;
                double fromY = y - centre - shiftY;
                double column = centre + cos * fromX + sin * fromY;
                double row = centre - sin * fromX + cos * fromY;
                moved[y * side + x] = between(image, side, mirrored ? side - 1 - column : column, row);
            }
        }
        return moved;
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

    private void relight(byte[] image, SplittableRandom random) {
        double brightness = 255 * symmetric(random, most.brightness());
        double contrast = 1 + symmetric(random, most.contrast());
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

    private void erase(byte[] image, int side, SplittableRandom random) {
        if (random.nextDouble() >= most.eraseProbability()) {
            return;
        }
        double area = side * side * random.nextDouble(LEAST_ERASED, MOST_ERASED);
        double ratio = Math.exp(symmetric(random, Math.log(LONGEST_TO_SHORTEST)));
        int height = Math.min(side, (int) Math.round(Math.sqrt(area * ratio)));
        int width = Math.min(side, (int) Math.round(Math.sqrt(area / ratio)));
        int top = random.nextInt(side - height + 1);
        int left = random.nextInt(side - width + 1);
        byte grey = (byte) random.nextInt(256);
        for (int y = top; y < top + height; y++) {
            Arrays.fill(image, y * side + left, y * side + left + width, grey);
        }
    }

    private static double symmetric(SplittableRandom random, double most) {
        return most == 0 ? 0 : random.nextDouble(-most, most);
    }
}
