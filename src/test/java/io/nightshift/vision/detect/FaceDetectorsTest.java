package io.nightshift.vision.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.config.settings.FaceSettings.Detector;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.vision.image.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What finds faces. YuNet's file is of others, so that here it can only be missing or wrong. */
class FaceDetectorsTest {
    private static FaceSettings settings(Detector detector, String model, int leastSide) {
        return TestSettings.of(
                        "face.detector=" + detector.name().toLowerCase(Locale.ROOT),
                        "face.model=" + model,
                        "face.min-side-pixels=" + leastSide)
                .face();
    }

    private static FaceFinder haar(int leastSide) {
        return FaceFinder.of(settings(Detector.HAAR, "", leastSide), new byte[0]);
    }

    @Test
    void theCascadeFindsADrawnFaceWhereItIs() {
        try (FaceFinder finder = haar(24)) {
            List<FaceFinder.FoundFace> found = finder.find(Picture.of(DrawnPortrait.image()));
            assertThat(found).hasSize(1);
            Face face = found.get(0).face();
            assertThat(face.x() + face.width() / 2.0).isEqualTo(160, within(12.0));
            assertThat(face.y() + face.height() / 2.0).isEqualTo(110, within(15.0));
            assertThat(face.width()).isBetween(110, 190);
            assertThat(face.confidence()).isBetween(0.6, 1.0);
            assertThat(found.get(0).image().width())
                    .isEqualTo(face.width())
                    .isEqualTo(found.get(0).image().height());
        }
    }

    @Test
    void theCascadeFindsBothFacesTheLargestFirstInPixelsOfALargePicture() {
        BufferedImage two = new BufferedImage(1600, 720, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = two.createGraphics();
        pen.drawImage(DrawnPortrait.image(), 0, 0, 640, 480, null);
        pen.drawImage(DrawnPortrait.image(), 640, 0, 960, 720, null);
        pen.dispose();
        try (FaceFinder finder = haar(24)) {
            List<FaceFinder.FoundFace> found = finder.find(Picture.of(two));
            assertThat(found).hasSize(2);
            assertThat(found.get(0).face().x() + found.get(0).face().width() / 2.0)
                    .isEqualTo(640 + 3 * 160, within(40.0));
            assertThat(found.get(1).face().x() + found.get(1).face().width() / 2.0)
                    .isEqualTo(2 * 160, within(30.0));
        }
    }

    @Test
    void thereIsNoFaceInNoiseAndNoneThatIsTooSmall() {
        byte[] noise = new byte[320 * 240];
        new Random(1).nextBytes(noise);
        try (FaceFinder finder = haar(24);
                FaceFinder forLarge = haar(200)) {
            assertThat(finder.find(Picture.of(new GreyImage(320, 240, noise)))).isEmpty();
            assertThat(forLarge.find(Picture.of(DrawnPortrait.image()))).isEmpty();
        }
    }

    /** Only the cascade for profiles sees it, which knows heads that look to the left: the other is its mirror image. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHeadFromEitherSideIsFoundByTheCascades(boolean mirrored) {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.drawImage(DrawnProfile.image(), mirrored ? 320 : 0, 0, mirrored ? -320 : 320, 240, null);
        pen.dispose();
        try (FaceFinder cascades = FaceFinder.of(settings(Detector.CASCADES, "", 24), new byte[0]);
                FaceFinder haar = haar(24)) {
            List<FaceFinder.FoundFace> found = cascades.find(Picture.of(image));
            assertThat(found).hasSize(1);
            Face face = found.get(0).face();
            assertThat(face.x() + face.width() / 2.0).isEqualTo(mirrored ? 320 - 135 : 135, within(15.0));
            assertThat(face.y() + face.height() / 2.0).isEqualTo(112, within(15.0));
            assertThat(face.width()).isBetween(90, 140);
            assertThat(haar.find(Picture.of(image))).isEmpty();
        }
    }

    /** Of the two faces of the picture one is as large as a face before a camera. */
    @Test
    void onAFrameLargeFacesAloneAreFound() {
        BufferedImage image = new BufferedImage(480, 360, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.GRAY);
        pen.fillRect(0, 0, 480, 360);
        pen.drawImage(DrawnPortrait.image(), 0, 0, 320, 240, null);
        pen.drawImage(DrawnPortrait.image(), 360, 20, 88, 66, null);
        pen.dispose();
        FaceSettings settings = TestSettings.of("face.detector=cascades").face();
        try (FaceFinder pictures = FaceFinder.of(settings, new byte[0]);
                FaceFinder frames = FaceFinder.ofFrames(settings, new byte[0])) {
            assertThat(pictures.find(Picture.of(image))).hasSize(2);
            assertThat(frames.find(Picture.of(image))).hasSize(1);
        }
    }

    @Test
    void aPictureOfTheSizeOfAFaceIsTakenAsOneIfThereIsNone() {
        byte[] noise = new byte[100 * 60];
        new Random(1).nextBytes(noise);
        GreyImage small = new GreyImage(99, 60, Arrays.copyOf(noise, 99 * 60));
        try (FaceFinder finder = haar(24)) {
            List<FaceFinder.FoundFace> taken = finder.find(Picture.of(small));
            assertThat(taken).hasSize(1);
            assertThat(taken.get(0).face()).isEqualTo(new Face(0, 0, 99, 60, 0, Optional.empty(), 0, true));
            assertThat(taken.get(0).image().pixels()).isEqualTo(small.pixels());
            assertThat(finder.find(Picture.of(new GreyImage(100, 60, noise)))).isEmpty();
            assertThat(finder.find(Picture.of(DrawnPortrait.image()))
                            .get(0)
                            .face()
                            .wholeImage())
                    .isFalse();
        }
    }

    @Test
    void aBrokenModelOfYuNetIsOneLine() {
        FaceSettings yunet = settings(Detector.YUNET, "yunet.onnx", 24);
        for (byte[] broken : List.of(new byte[0], "no network".getBytes(StandardCharsets.UTF_8))) {
            assertThatThrownBy(() -> FaceFinder.of(yunet, broken))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("face.model = yunet.onnx: OpenCV cannot run it as a YuNet face detector; name a "
                            + "file such as face_detection_yunet_2023mar.onnx, or take face.detector = cascades");
        }
    }
}
