package io.nightshift.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.vision.detect.Face;
import io.nightshift.vision.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PredictionChartTest {
    private static final List<String> CLASSES =
            List.of("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral");

    private static FacePrediction prediction(int x, float happy) {
        float rest = (1 - happy) / 6;
        return new FacePrediction(
                new Face(x, 20, 100, 100, 1, Optional.empty()),
                new EmotionScores(CLASSES, new float[] {rest, rest, rest, happy, rest, rest, rest}));
    }

    private static BufferedImage drawn(BufferedImage picture, FacePrediction... faces) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(PredictionChart.png(Picture.of(picture), List.of(faces))));
    }

    private static long pixels(BufferedImage image, int from, int to, int colour) {
        long count = 0;
        for (int x = from; x < to; x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                count += (image.getRGB(x, y) & 0xffffff) == colour ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void theBoxIsOnThePictureAndTheBarBesideItIsAsHighAsTheScore() throws IOException {
        BufferedImage black = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        int colour = FaceMarks.colour(1).getRGB() & 0xffffff;
        BufferedImage sure = drawn(black, prediction(40, 0.94f));
        assertThat(sure.getHeight()).isEqualTo(480);
        assertThat(sure.getWidth()).isEqualTo(640 + 640);
        // Twice as large as the picture: the box's left edge, from its top to its bottom.
        assertThat(sure.getRGB(80, 100) & 0xffffff).isEqualTo(colour);
        assertThat(sure.getRGB(200, 150) & 0xffffff).isZero();

        BufferedImage unsure = drawn(black, prediction(40, 0.47f));
        double ratio = (double) pixels(sure, 970, 990, colour) / pixels(unsure, 970, 990, colour);
        assertThat(ratio).isBetween(1.8, 2.2);
    }

    @Test
    void aPictureWithoutAFaceHasNoBarsAndEachFaceHasItsColour() throws IOException {
        BufferedImage black = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        assertThat(drawn(black).getWidth()).isEqualTo(640);
        BufferedImage two = drawn(black, prediction(10, 0.9f), prediction(180, 0.5f));
        for (int face = 0; face < 2; face++) {
            int colour = FaceMarks.colour(face + 1).getRGB() & 0xffffff;
            assertThat(pixels(two, 0, 640, colour)).isPositive();
            assertThat(pixels(two, 640, 1280, colour)).isPositive();
        }
    }

    @Test
    void aWidePictureIsMadeSmaller() throws IOException {
        assertThat(drawn(new BufferedImage(3000, 100, BufferedImage.TYPE_INT_RGB))
                        .getWidth())
                .isEqualTo(960);
    }

    /** Bars of every class are at their highest: a legend over the plot would hide some of them. */
    @Test
    void theLegendHidesNoBar() throws IOException {
        BufferedImage black = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        float[] all = {1, 1, 1, 1, 1, 1, 1};
        FacePrediction full = new FacePrediction(prediction(10, 1).face(), new EmotionScores(CLASSES, all));
        BufferedImage two = drawn(black, full, full);
        int top = 60;
        List<Integer> colours = List.of(
                FaceMarks.colour(1).getRGB() & 0xffffff, FaceMarks.colour(2).getRGB() & 0xffffff);
        int bars = 0;
        for (int x = 641; x < two.getWidth(); x++) {
            int here = two.getRGB(x, top) & 0xffffff;
            bars += colours.contains(here) && here != (two.getRGB(x - 1, top) & 0xffffff) ? 1 : 0;
        }
        assertThat(bars).isEqualTo(14);
    }

    @Test
    void ofMoreFacesThanFitTheChartSaysHowManyItShows() {
        assertThat(PredictionChart.title(6, 30)).isEqualTo("bars of the 6 largest of 30 faces");
        assertThat(PredictionChart.title(6, 6)).isEmpty();
    }

    @Test
    void inACrowdALabelThatIsWiderThanItsBoxIsANumber() {
        BufferedImage few = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
        BufferedImage many = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
        NumberedFace small = new NumberedFace(
                1,
                new FacePrediction(
                        new Face(300, 200, 30, 30, 1, Optional.empty()),
                        prediction(0, 1).scores()));
        FaceMarks.draw(few, List.of(small));
        FaceMarks.draw(many, List.of(small, small, small, small));
        int colour = FaceMarks.colour(1).getRGB() & 0xffffff;
        assertThat(pixels(few, 335, 640, colour)).isPositive();
        assertThat(pixels(many, 335, 640, colour)).isZero();
    }
}
