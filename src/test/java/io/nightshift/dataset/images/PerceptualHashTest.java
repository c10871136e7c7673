package io.nightshift.dataset.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

class PerceptualHashTest {
    private static GreyImage image(int side, IntBinaryOperator pixel) {
        byte[] pixels = new byte[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                pixels[y * side + x] = (byte) Math.max(0, Math.min(255, pixel.applyAsInt(x, y)));
            }
        }
        return new GreyImage(side, side, pixels);
    }

    /** Nine by nine patches of random grey. */
    private static GreyImage patches(long seed, int side, int brighter) {
        int[] greys = new SplittableRandom(seed).ints(81, 20, 200).toArray();
        return image(side, (x, y) -> greys[y * 9 / side * 9 + x * 9 / side] + brighter);
    }

    @Test
    void aRampToTheRightSetsAllOfOneKindOfBitsAndNoneOfTheOther() {
        assertThat(PerceptualHash.of(image(45, (x, y) -> 5 * x))).isEqualTo(new PerceptualHash(-1, 0));
        assertThat(PerceptualHash.of(image(45, (x, y) -> 5 * y))).isEqualTo(new PerceptualHash(0, -1));
        assertThat(PerceptualHash.of(image(45, (x, y) -> 240 - 5 * x))).isEqualTo(new PerceptualHash(0, 0));
    }

    @Test
    void theFirstBitIsThatOfTheUpperLeftCorner() {
        GreyImage corner = image(9, (x, y) -> x == 1 && y == 0 ? 100 : 0);
        assertThat(PerceptualHash.of(corner)).isEqualTo(new PerceptualHash(1L << 63, 0));
    }

    @Test
    void brighterOrLargerIsTheSame() {
        PerceptualHash hash = PerceptualHash.of(patches(1, 45, 0));
        assertThat(PerceptualHash.of(patches(1, 45, 30)).distance(hash)).isZero();
        assertThat(PerceptualHash.of(patches(1, 90, 0)).distance(hash)).isZero();
    }

    @Test
    void anotherImageIsAboutSixtyFourBitsAway() {
        PerceptualHash hash = PerceptualHash.of(patches(1, 45, 0));
        for (int seed = 2; seed < 20; seed++) {
            assertThat(PerceptualHash.of(patches(seed, 45, 0)).distance(hash)).isBetween(35, 95);
        }
    }
}
