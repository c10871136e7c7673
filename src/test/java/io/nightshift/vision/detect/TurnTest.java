package io.nightshift.vision.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.vision.image.Mats;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class TurnTest {
    @Test
    void aPointOfTheTurnedImageIsFoundAgainInTheUprightOne() {
        int x = 70;
        int y = 12;
        byte[] pixels = new byte[100 * 60];
        for (int row = y - 1; row <= y + 1; row++) {
            for (int column = x - 1; column <= x + 1; column++) {
                pixels[row * 100 + column] = (byte) 255;
            }
        }
        try (Mat upright = Mats.grey(new GreyImage(100, 60, pixels));
                Turn turn = new Turn(upright, 30)) {
            GreyImage turned = Mats.greyImage(turn.image());
            int brightest = 0;
            for (int i = 0; i < turned.pixels().length; i++) {
                brightest = (turned.pixels()[i] & 0xff) > (turned.pixels()[brightest] & 0xff) ? i : brightest;
            }
            // Against the clock: what is to the right of the middle goes up.
            assertThat(brightest / turned.width()).isLessThan(turned.height() / 2 - 18);
            assertThat(turn.backX(brightest % turned.width(), brightest / turned.width()))
                    .isEqualTo(x, within(1.5));
            assertThat(turn.backY(brightest % turned.width(), brightest / turned.width()))
                    .isEqualTo(y, within(1.5));
        }
    }
}
