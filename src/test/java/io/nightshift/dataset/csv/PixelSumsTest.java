package io.nightshift.dataset.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PixelSumsTest {
    @Test
    void meanAndDeviationAreThoseOfAllPixelsTogether() {
        // 0, 0, 255, 255 and 51, 51: mean (2 + 0.4) / 6, squares (2 + 0.08) / 6.
        PixelSums sums =
                PixelSums.of(new byte[] {0, 0, (byte) 255, (byte) 255}).plus(PixelSums.of(new byte[] {51, 51}));
        assertThat(sums.mean()).isCloseTo(0.4, within(1e-12));
        assertThat(sums.deviation()).isCloseTo(Math.sqrt(2.08 / 6 - 0.16), within(1e-12));
    }

    @Test
    void nothingHasNoBrightness() {
        assertThat(PixelSums.NONE.mean()).isZero();
        assertThat(PixelSums.NONE.deviation()).isZero();
    }
}
