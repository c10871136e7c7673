package io.nightshift.vision.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.vision.detect.Face.Landmarks;
import io.nightshift.vision.detect.Face.Point;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaceCropTest {
    private static GreyImage picture(int width, int height) {
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i % width + 3 * (i / width));
        }
        return new GreyImage(width, height, pixels);
    }

    private static Face face(int x, int y, int width, int height) {
        return new Face(x, y, width, height, 1, Optional.empty());
    }

    private static int pixel(GreyImage image, int x, int y) {
        return image.pixels()[y * image.width() + x] & 0xff;
    }

    @Test
    void aBoxBecomesASquareAroundItsCentreWithTheMargin() {
        GreyImage crop = new FaceCrop(0.25).of(picture(60, 40), face(20, 10, 8, 16));
        assertThat(crop.width()).isEqualTo(24);
        assertThat(crop.height()).isEqualTo(24);
        assertThat(pixel(crop, 0, 0)).isEqualTo(12 + 3 * 6);
        assertThat(pixel(crop, 23, 23)).isEqualTo(35 + 3 * 29);
    }

    @Test
    void aSquareBeyondThePictureIsMovedOntoItAndThenMadeSmaller() {
        assertThat(pixel(new FaceCrop(0).of(picture(60, 40), face(-10, 30, 20, 20)), 0, 0))
                .isEqualTo(3 * 20);
        GreyImage smaller = new FaceCrop(0).of(picture(60, 40), face(-5, -5, 80, 80));
        assertThat(smaller.width()).isEqualTo(40);
        assertThat(smaller.height()).isEqualTo(40);
    }

    @Test
    void eyesAreLevelledWhereTheyAreKnown() {
        byte[] pixels = new byte[100 * 100];
        Point right = new Point(40, 40);
        Point left = new Point(60, 60);
        for (Point eye : new Point[] {right, left}) {
            for (int dy = -2; dy <= 2; dy++) {
                for (int dx = -2; dx <= 2; dx++) {
                    pixels[((int) (eye.y() + dy)) * 100 + (int) eye.x() + dx] = (byte) 255;
                }
            }
        }
        Face tilted = new Face(25, 25, 50, 50, 1, Optional.of(new Landmarks(right, left, right, right, right)));
        assertThat(tilted.landmarks().orElseThrow().tiltDegrees()).isEqualTo(45, within(1e-9));
        GreyImage crop = new FaceCrop(0).of(new GreyImage(100, 100, pixels), tilted);
        // Half of their distance, 28.3, to each side of the square's centre.
        assertThat(pixel(crop, 25 - 14, 25)).isGreaterThan(200);
        assertThat(pixel(crop, 25 + 14, 25)).isGreaterThan(200);
        assertThat(pixel(crop, 15, 15)).isZero();
        assertThat(pixel(crop, 35, 35)).isZero();
    }
}
