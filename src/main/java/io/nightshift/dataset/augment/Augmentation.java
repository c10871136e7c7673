package io.nightshift.dataset.augment;

import io.nightshift.config.settings.AugmentSettings;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.batch.MiniBatch;
import java.io.Serializable;
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
     * Draws a change.
     *
     * @param side rows and columns of the image
     * @param seed of the change
     */
    ImageChange change(int side, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean mirrored = random.nextDouble() < most.flipProbability();
        double angle = Math.toRadians(symmetric(random, most.rotationDegrees()));
        double scale = 1 + symmetric(random, most.scale());
        double shiftX = symmetric(random, most.shiftPixels());
        double shiftY = symmetric(random, most.shiftPixels());
        double brightness = 255 * symmetric(random, most.brightness());
        double contrast = 1 + symmetric(random, most.contrast());
        return new ImageChange(
                mirrored,
                angle != 0 || scale != 1 || shiftX != 0 || shiftY != 0,
                Math.cos(angle) / scale,
                Math.sin(angle) / scale,
                shiftX,
                shiftY,
                brightness,
                contrast,
                erasure(side, random));
    }

    private ImageChange.Erasure erasure(int side, SplittableRandom random) {
        if (random.nextDouble() >= most.eraseProbability()) {
            return ImageChange.Erasure.NONE;
        }
        double area = side * side * random.nextDouble(LEAST_ERASED, MOST_ERASED);
        double ratio = Math.exp(symmetric(random, Math.log(LONGEST_TO_SHORTEST)));
        int height = Math.min(side, (int) Math.round(Math.sqrt(area * ratio)));
        int width = Math.min(side, (int) Math.round(Math.sqrt(area / ratio)));
        int top = random.nextInt(side - height + 1);
        int left = random.nextInt(side - width + 1);
        return new ImageChange.Erasure(top, left, height, width, random.nextInt(256));
    }

    /** Returns the seed of one example's change. */
    static long seed(long ofBatch, int example) {
        return Seeds.mix(ofBatch, example);
    }

    /**
     * Returns a changed copy.
     *
     * @param image rows and columns are equally many; pixels of 0..255 unsigned
     */
    byte[] of(byte[] image, long seed) {
        int side = (int) Math.round(Math.sqrt(image.length));
        return change(side, seed).of(image, side);
    }

    /** Changes a whole minibatch; each example has a seed of its own. */
    public MiniBatch of(MiniBatch batch, long seed) {
        byte[] pixels = new byte[batch.pixels().length];
        for (int i = 0; i < batch.size(); i++) {
            byte[] image = of(batch.image(i), seed(seed, i));
            System.arraycopy(image, 0, pixels, i * image.length, image.length);
        }
        return batch.withPixels(pixels);
    }

    private static double symmetric(SplittableRandom random, double most) {
        return most == 0 ? 0 : random.nextDouble(-most, most);
    }
}
