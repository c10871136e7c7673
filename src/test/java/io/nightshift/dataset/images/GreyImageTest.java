package io.nightshift.dataset.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class GreyImageTest {

    private static GreyImage grey(int width, int height, int... values) {
        byte[] pixels = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            pixels[i] = (byte) values[i];
        }
        return new GreyImage(width, height, pixels);
    }

    private static int[] values(GreyImage image) {
        int[] values = new int[image.pixels().length];
        Arrays.setAll(values, i -> image.pixels()[i] & 0xff);
        return values;
    }

    private static BufferedImage throughPng(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
    }

    @Test
    void everyGreyValueStaysAsItIsHoweverItIsStored() throws IOException {
        for (int type : new int[] {
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_USHORT_GRAY,
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_3BYTE_BGR
        }) {
            BufferedImage image = new BufferedImage(16, 16, type);
            int[] expected = new int[256];
            for (int value = 0; value < 256; value++) {
                expected[value] = value;
                int[] sample = type == BufferedImage.TYPE_USHORT_GRAY
                        ? new int[] {value * 257}
                        : new int[] {value, value, value, 255};
                image.getRaster().setPixel(value % 16, value / 16, sample);
            }
            assertThat(values(GreyImage.of(image))).as("type %s", type).isEqualTo(expected);
            assertThat(values(GreyImage.of(throughPng(image))))
                    .as("type %s as PNG", type)
                    .isEqualTo(expected);
        }
    }

    @Test
    void coloursBecomeTheirLumaAndTransparencyLetsWhiteThrough() {
        BufferedImage image = new BufferedImage(5, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffff0000);
        image.setRGB(1, 0, 0xff00ff00);
        image.setRGB(2, 0, 0xff0000ff);
        image.setRGB(3, 0, 0x00000000);
        image.setRGB(4, 0, 0x80000000);
        assertThat(values(GreyImage.of(image))).containsExactly(76, 150, 29, 255, 127);
    }

    @Test
    void aSmallerImageHasTheMeansOfTheAreas() {
        GreyImage image = grey(4, 4, 0, 10, 50, 60, 20, 30, 70, 80, 200, 200, 0, 0, 200, 200, 0, 5);
        assertThat(values(image.scaledTo(2))).containsExactly(15, 65, 200, 1);
        // Three pixels into two: each takes one and half of the middle one.
        assertThat(values(grey(3, 3, 0, 30, 90, 0, 30, 90, 0, 30, 90).scaledTo(2)))
                .containsExactly(10, 70, 10, 70);
        assertThat(values(grey(6, 1, 0, 0, 10, 20, 90, 110).scaledTo(2))).containsExactly(3, 73, 3, 73);
    }

    @Test
    void aLargerImageIsInterpolatedBetweenCentres() {
        assertThat(values(grey(2, 2, 0, 100, 0, 100).scaledTo(4)))
                .containsExactly(0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100);
        assertThat(values(grey(1, 1, 9).scaledTo(3))).containsOnly(9);
        // A slope stays a slope: 48 to 64, as FER2013's rows for a network that wants 64.
        int[] slope = new int[48 * 48];
        Arrays.setAll(slope, i -> i % 48 * 4);
        int[] scaled = values(grey(48, 48, slope).scaledTo(64));
        for (int x = 0; x < 64; x++) {
            double position = Math.max(0, Math.min(47, (x + 0.5) * 0.75 - 0.5));
            assertThat(scaled[30 * 64 + x]).isEqualTo((int) Math.round(4 * position));
        }
    }

    @Test
    void anImageOfTheSizeIsNotTouched() {
        GreyImage image = grey(2, 2, 1, 2, 3, 4);
        assertThat(image.scaledTo(2)).isSameAs(image);
    }

    @Test
    void asManyPixelsAsTheSizeSays() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GreyImage(2, 3, new byte[5]))
                .withMessage("5 pixels are no image of 2 x 3");
        assertThatIllegalArgumentException().isThrownBy(() -> new GreyImage(0, 3, new byte[0]));
    }
}
