package io.nightshift.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.nightshift.config.settings.ImageSettings;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.demo.DemoFaces;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    /** One pixel, lossless. */
    private static final byte[] WEBP = Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");

    private final ImageDecoder decoder = new ImageDecoder(new ImageSettings(10_000, 1_000_000));

    private static byte[] encoded(String format, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, random.nextInt());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }

    private void assertRefused(byte[] file, String message) {
        assertThatThrownBy(() -> decoder.decode(file))
                .isInstanceOf(ImageException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "bmp"})
    void anImageIsWhatItsFirstBytesSay(String format) throws IOException {
        Picture picture = decoder.decode(encoded(format, 30, 20));
        assertThat(picture.width()).isEqualTo(30);
        assertThat(picture.height()).isEqualTo(20);
    }

    @Test
    void webpIsKnown() {
        assertRefused(WEBP, "has 1 x 1 pixels, too few for a face; give at least 8 x 8");
    }

    /** Written by another library: OpenCV's, whose quality above 100 is lossless. */
    @ParameterizedTest
    @CsvSource({"101, 0", "90, 12"})
    void webpIsReadLosslessOrNot(int quality, double mostMeanDifference) throws IOException {
        GreyImage face = new GreyImage(Emotion.SIDE, Emotion.SIDE, DemoFaces.draw(Emotion.HAPPY, new Random(1)));
        byte[] file;
        try (Mat mat = Mats.grey(face);
                BytePointer encoded = new BytePointer();
                IntPointer how = new IntPointer(IMWRITE_WEBP_QUALITY, quality)) {
            imencode(".webp", mat, encoded, how);
            file = new byte[(int) encoded.limit()];
            encoded.get(file);
        }
        GreyImage read = decoder.decode(file).grey();
        double difference = 0;
        for (int i = 0; i < read.pixels().length; i++) {
            difference +=
                    Math.abs((read.pixels()[i] & 0xff) - (face.pixels()[i] & 0xff)) / (double) read.pixels().length;
        }
        assertThat(difference).isLessThanOrEqualTo(mostMeanDifference);
        assertRefused(
                Arrays.copyOf(file, file.length / 2),
                "is a damaged WEBP image (it is cut off); save it again from its source");
    }

    @Test
    void whatIsNoImageOrTooLargeOrTooSmallIsOneLine() throws IOException {
        assertRefused(new byte[0], "is empty; give a PNG, JPEG, WebP or BMP image");
        assertRefused("hello".getBytes(StandardCharsets.UTF_8), "is no image; give PNG, JPEG, WebP or BMP");
        assertRefused(
                encoded("png", 101, 100),
                "has 101 x 100 pixels, more than image.max-pixels = 10000; make it smaller, or raise that");
        assertRefused(encoded("png", 1, 1), "has 1 x 1 pixels, too few for a face; give at least 8 x 8");
    }

    @Test
    void aDamagedImageIsOneLineWhereverItIsCut() throws IOException {
        byte[] whole = encoded("png", 30, 20);
        for (int length = 8; length < whole.length - 30; length += 37) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decoder.decode(cut))
                    .isInstanceOf(ImageException.class)
                    .hasMessageStartingWith("is a damaged PNG image")
                    .hasMessageEndingWith("; save it again from its source")
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void aPhotographIsTurnedUpright() throws IOException {
        byte[] jpeg = encoded("jpeg", 30, 20);
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream turned = new ByteArrayOutputStream();
        turned.write(jpeg, 0, 2);
        turned.writeBytes(exif);
        turned.write(jpeg, 2, jpeg.length - 2);
        Picture picture = decoder.decode(turned.toByteArray());
        assertThat(picture.width()).isEqualTo(20);
        assertThat(picture.height()).isEqualTo(30);
        Picture lying = decoder.decode(jpeg);
        // 6: the first column of the file is the top row of the picture, from right to left.
        assertThat(picture.colours().getRGB(19, 0)).isEqualTo(lying.colours().getRGB(0, 0));
        assertThat(picture.colours().getRGB(0, 0)).isEqualTo(lying.colours().getRGB(0, 19));
    }

    /** Java's decoder fills what is missing with grey. */
    @Test
    void aJpegThatIsCutOffIsNotReadInPart() throws IOException {
        byte[] whole = encoded("jpeg", 60, 60);
        for (int length = 700; length < whole.length - 2; length += 111) {
            assertRefused(
                    Arrays.copyOf(whole, length),
                    "is a damaged JPEG image (it is cut off); save it again from its source");
        }
        // What a telephone writes behind the picture is none of it.
        assertThat(decoder.decode(Arrays.copyOf(whole, whole.length + 100)).width())
                .isEqualTo(60);
    }

    /** The decoder would look for the missing gigabyte for a quarter of a minute. */
    @Test
    void aWebpWithAPartLongerThanTheFileIsRefused() {
        byte[] file = WEBP.clone();
        // The length of the first part, little end first.
        file[18] = 0x6f;
        file[19] = 0x3a;
        assertRefused(
                file, "is a damaged WEBP image (a part of it is longer than the file); save it again from its source");
    }
}
