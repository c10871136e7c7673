package io.nightshift.vision.detect;

import static io.nightshift.vision.detect.BlazeFace.HIGHER;
import static io.nightshift.vision.detect.BlazeFace.LARGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.vision.image.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is around the network, with a {@link RedFinder}: BlazeFace's own file is of others. */
class BlazeFaceTest {
    private static final FaceSettings SETTINGS =
            TestSettings.of("face.detector=blazeface", "face.model=blaze.onnx").face();

    /** Grey, with a patch. */
    private static Picture picture(int width, int height, Color colour, int x, int y, int patch) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.GRAY);
        pen.fillRect(0, 0, width, height);
        pen.setColor(colour);
        pen.fillRect(x, y, patch, patch);
        pen.dispose();
        return Picture.of(image);
    }

    private static List<Face> found(byte[] network, Picture picture) {
        try (BlazeFace detector = new BlazeFace(SETTINGS, network)) {
            return detector.detect(picture);
        }
    }

    /**
     * On the input the picture is as wide as the square, and has a quarter of it free above. The patch fills the cell of
     * column 5 and row 6, whose middle is (88, 40) on a picture of twice the size.
     */
    @ParameterizedTest
    @ValueSource(ints = {128, 256})
    void aFaceIsWhereItIsOnAWidePicture(int side) {
        int half = side / 128;
        Picture picture = picture(256 * half, 128 * half, Color.RED, 80 * half, 32 * half, 16 * half);
        List<Face> faces = found(RedFinder.onnx(side, 24 * half), picture);
        assertThat(faces).hasSize(1);
        Face face = faces.get(0);
        double box = 48 * half;
        assertThat(face.width()).isEqualTo(face.height()).isEqualTo((int) Math.round(box * LARGER));
        assertThat(face.x() + face.width() / 2.0).isEqualTo(88 * half, within(1.0));
        assertThat(face.y() + face.height() / 2.0).isEqualTo(40 * half - HIGHER * box, within(1.0));
        // The sigmoid of 5.
        assertThat(face.confidence()).isEqualTo(0.99331, within(1e-4));
        assertThat(face.tiltDegrees()).isZero();
    }

    @Test
    void aHighPictureIsInTheMiddleToo() {
        Face face = found(RedFinder.onnx(128, 24), picture(64, 128, Color.RED, 16, 64, 8))
                .get(0);
        assertThat(face.x() + face.width() / 2.0).isEqualTo(20, within(1.0));
    }

    @Test
    void theNetworkGetsRedFirstAndLevelsFromMinusOneToOne() {
        byte[] network = RedFinder.onnx(128, 24);
        assertThat(found(network, picture(128, 128, Color.BLUE, 40, 48, 8))).isEmpty();
        // Half of the red: (0 + 1) * 4 - 3 = 1, whose sigmoid is 0.73.
        assertThat(found(network, picture(128, 128, new Color(128, 0, 0), 40, 48, 8))
                        .get(0)
                        .confidence())
                .isEqualTo(0.732, within(0.005));
    }

    @Test
    void smallFacesAreLeftOut() {
        assertThat(found(RedFinder.onnx(128, 20), picture(128, 128, Color.RED, 40, 48, 8)))
                .isEmpty();
    }

    /** Boxes of 100 of 128 pixels fill the picture. With a border it has 85 of the 128 pixels: the box is of 150. */
    @Test
    void aPictureThatAFaceFillsIsSearchedWithABorder() {
        List<Face> faces = found(RedFinder.onnx(128, 100), picture(128, 128, Color.RED, 48, 48, 32));
        assertThat(faces).hasSize(1);
        assertThat(faces.get(0).width()).isCloseTo((int) Math.round(150 * LARGER), within(1));
        assertThat(faces.get(0).x() + faces.get(0).width() / 2.0).isEqualTo(64, within(1.0));
    }

    @Test
    void anotherFileIsOneLine() {
        for (byte[] wrong :
                List.of(new byte[0], "no network".getBytes(StandardCharsets.UTF_8), RedFinder.onnx(64, 20))) {
            assertThatThrownBy(() -> new BlazeFace(SETTINGS, wrong))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(
                            "face.model = blaze.onnx: OpenCV cannot run it as a BlazeFace face detector; name a file "
                                    + "such as face_detection_back_256x256_barracuda.onnx, or take face.detector = cascades");
        }
    }
}
