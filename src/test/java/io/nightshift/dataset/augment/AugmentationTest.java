package io.nightshift.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.MiniBatch;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final int SIDE = Emotion.SIDE;

    private static Augmentation with(
            double flip,
            double shift,
            double rotation,
            double scale,
            double brightness,
            double contrast,
            double erase) {
        return new Augmentation(TestSettings.of(
                        "augment.flip-probability=" + flip,
                        "augment.shift-pixels=" + shift,
                        "augment.rotation-degrees=" + rotation,
                        "augment.scale=" + scale,
                        "augment.brightness=" + brightness,
                        "augment.contrast=" + contrast,
                        "augment.erase-probability=" + erase)
                .augment());
    }

    private static byte[] noise() {
        byte[] image = new byte[SIDE * SIDE];
        new Random(1).nextBytes(image);
        return image;
    }

    /** A bright disc of radius 6 on black. */
    private static byte[] disc(double x, double y) {
        byte[] image = new byte[SIDE * SIDE];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) (Math.hypot(i % SIDE - x, i / SIDE - y) < 6 ? 200 : 0);
        }
        return image;
    }

    private static double[] centre(byte[] image) {
        double sum = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < image.length; i++) {
            sum += image[i] & 0xff;
            x += (image[i] & 0xff) * (i % SIDE);
            y += (image[i] & 0xff) * (i / SIDE);
        }
        return new double[] {x / sum, y / sum};
    }

    private static double mean(byte[] image) {
        return IntStream.range(0, image.length)
                .map(i -> image[i] & 0xff)
                .average()
                .orElseThrow();
    }

    @Test
    void withoutAnyChangeAnImageStaysAsItIs() {
        assertThat(with(0, 0, 0, 0, 0, 0, 0).of(noise(), 1)).isEqualTo(noise());
    }

    @Test
    void aFlipIsTheMirrorImage() {
        byte[] flipped = with(1, 0, 0, 0, 0, 0, 0).of(noise(), 1);
        assertThat(flipped)
                .isEqualTo(AugmentedViews.of(TestTimeAugmentation.FLIP, noise(), SIDE)[1])
                .isNotEqualTo(noise());
        assertThat(AugmentedViews.of(TestTimeAugmentation.FLIP, flipped, SIDE)[1])
                .isEqualTo(noise());
        assertThat(flipped[0]).isEqualTo(noise()[SIDE - 1]);
    }

    @Test
    void halfOfTheImagesAreFlippedAtAHalf() {
        Augmentation half = with(0.5, 0, 0, 0, 0, 0, 0);
        long flipped = IntStream.range(0, 1_000)
                .filter(seed -> half.of(noise(), seed)[0] != noise()[0])
                .count();
        assertThat(flipped).isBetween(440L, 560L);
    }

    @Test
    void aShiftMovesTheCentreByNoMoreThanItMay() {
        Augmentation shift = with(0, 4, 0, 0, 0, 0, 0);
        double farthest = 0;
        for (int seed = 0; seed < 200; seed++) {
            double[] centre = centre(shift.of(disc(23, 25), seed));
            assertThat(Math.abs(centre[0] - 23)).isLessThan(4.1);
            assertThat(Math.abs(centre[1] - 25)).isLessThan(4.1);
            farthest = Math.max(farthest, Math.abs(centre[0] - 23));
        }
        assertThat(farthest).isGreaterThan(3.5);
    }

    @Test
    void aRotationKeepsTheDistanceFromTheCentre() {
        Augmentation turn = with(0, 0, 30, 0, 0, 0, 0);
        double widest = 0;
        for (int seed = 0; seed < 200; seed++) {
            double[] centre = centre(turn.of(disc(35.5, 23.5), seed));
            assertThat(Math.hypot(centre[0] - 23.5, centre[1] - 23.5)).isCloseTo(12, within(0.2));
            widest = Math.max(widest, Math.abs(Math.toDegrees(Math.atan2(centre[1] - 23.5, centre[0] - 23.5))));
        }
        assertThat(widest).isBetween(27.0, 30.5);
    }

    @Test
    void aScaleChangesTheAreaByItsSquare() {
        Augmentation scale = with(0, 0, 0, 0.2, 0, 0, 0);
        double smallest = 9;
        double largest = 0;
        for (int seed = 0; seed < 200; seed++) {
            double area = mean(scale.of(disc(23.5, 23.5), seed)) / mean(disc(23.5, 23.5));
            smallest = Math.min(smallest, area);
            largest = Math.max(largest, area);
        }
        assertThat(smallest).isCloseTo(0.64, within(0.05));
        assertThat(largest).isCloseTo(1.44, within(0.08));
    }

    @Test
    void brightnessMovesTheMeanAndContrastTheSpread() {
        byte[] grey = new byte[SIDE * SIDE];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) (i % 2 == 0 ? 100 : 140);
        }
        Augmentation brightness = with(0, 0, 0, 0, 0.2, 0, 0);
        Augmentation contrast = with(0, 0, 0, 0, 0, 0.5, 0);
        for (int seed = 0; seed < 50; seed++) {
            assertThat(mean(brightness.of(grey, seed))).isBetween(120 - 51.5, 120 + 51.5);
            byte[] contrasted = contrast.of(grey, seed);
            assertThat(mean(contrasted)).isCloseTo(120, within(1.0));
            assertThat((contrasted[1] & 0xff) - (contrasted[0] & 0xff)).isBetween(19, 61);
        }
        assertThat(mean(brightness.of(grey, 1))).isNotCloseTo(120, within(0.5));
    }

    @Test
    void anErasedRectangleIsOfOneGreyAndOfTheSizeItMayHave() {
        byte[] original = noise();
        Augmentation erasing = with(0, 0, 0, 0, 0, 0, 1);
        for (int seed = 0; seed < 100; seed++) {
            byte[] erased = erasing.of(noise(), seed);
            long changed = IntStream.range(0, erased.length)
                    .filter(i -> erased[i] != original[i])
                    .count();
            assertThat(changed / (double) erased.length).isBetween(0.015, 0.22);
        }
    }

    @Test
    void theSameSeedDoesTheSameAndEachExampleOfABatchHasItsOwn() {
        Augmentation all = with(0.5, 4, 15, 0.1, 0.2, 0.2, 0.25);
        assertThat(all.of(noise(), 5)).isEqualTo(all.of(noise(), 5)).isNotEqualTo(all.of(noise(), 6));
        byte[] twice = new byte[2 * SIDE * SIDE];
        System.arraycopy(noise(), 0, twice, 0, noise().length);
        System.arraycopy(noise(), 0, twice, noise().length, noise().length);
        MiniBatch changed = all.of(new MiniBatch(3, new byte[] {1, 2}, twice), 7);
        assertThat(changed.image(0)).isNotEqualTo(changed.image(1));
        assertThat(changed.labels()).containsExactly(1, 2);
        assertThat(changed.number()).isEqualTo(3);
    }
}
