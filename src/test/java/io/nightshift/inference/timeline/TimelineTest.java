package io.nightshift.inference.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.inference.EmotionScores;
import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.NumberedFace;
import io.nightshift.vision.detect.Face;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimelineTest {
    private static final List<String> CLASSES = List.of("glad, or \"so\"", "sad");

    @TempDir
    private Path folder;

    private static NumberedFace face(int number, float glad) {
        return new NumberedFace(
                number,
                new FacePrediction(
                        new Face(10, -2, 30, 40, 1, Optional.empty()),
                        new EmotionScores(CLASSES, new float[] {glad, 1 - glad})));
    }

    private BufferedImage drawn() throws Exception {
        return ImageIO.read(folder.resolve("a.png").toFile());
    }

    private static int band(BufferedImage picture, int row, double share, double height) {
        int top = TimelinePicture.TOP
                + TimelinePicture.CAPTION
                + row * (TimelinePicture.CAPTION + TimelinePicture.BAND + 10);
        return picture.getRGB(
                        TimelinePicture.LEFT + (int) (share * TimelinePicture.PLOT_WIDTH),
                        top + (int) (height * TimelinePicture.BAND))
                & 0xffffff;
    }

    private static int colour(int label) {
        return TimelinePicture.colour(label, CLASSES.size()).getRGB() & 0xffffff;
    }

    @Test
    void aTimelineHasALineAndABandForEachFace() throws Exception {
        String file = folder.resolve("a.png").toString();
        try (Timeline timeline = new Timeline(file, "a.mp4", CLASSES)) {
            for (int frame = 0; frame < 100; frame++) {
                float glad = frame < 50 ? 0.75f : 0.25f;
                timeline.add(
                        frame,
                        frame / 10.0,
                        (frame + 1) / 10.0,
                        frame < 60 ? List.of(face(1, glad)) : List.of(face(1, glad), face(2, 1)));
            }
            timeline.finish();
        }
        List<String> lines = Files.readAllLines(folder.resolve("a.csv"));
        assertThat(lines).hasSize(1 + 100 + 40);
        assertThat(lines.get(0))
                .isEqualTo("time_seconds,frame,face,x,y,width,height,label,\"glad, or \"\"so\"\"\",sad");
        assertThat(lines.get(1)).isEqualTo("0.000,0,1,10,-2,30,40,\"glad, or \"\"so\"\"\",0.7500,0.2500");
        assertThat(lines.get(1 + 62)).startsWith("6.100,61,1,10,-2,30,40,sad,0.2500");
        BufferedImage picture = drawn();
        // Glad is above sad: three quarters of the band, and then one.
        assertThat(band(picture, 0, 0.2, 0.7)).isEqualTo(colour(0));
        assertThat(band(picture, 0, 0.2, 0.8)).isEqualTo(colour(1));
        assertThat(band(picture, 0, 0.8, 0.2)).isEqualTo(colour(0));
        assertThat(band(picture, 0, 0.8, 0.3)).isEqualTo(colour(1));
        assertThat(band(picture, 1, 0.55, 0.5)).isNotIn(colour(0), colour(1));
        assertThat(band(picture, 1, 0.65, 0.95)).isEqualTo(colour(0));
    }

    @Test
    void aVideoWithoutAFaceHasAnEmptyTimeline() throws Exception {
        try (Timeline timeline = new Timeline(folder.resolve("a.png").toString(), "a.mp4", CLASSES)) {
            timeline.add(0, 0, 0.1, List.of());
            timeline.finish();
        }
        assertThat(Files.readAllLines(folder.resolve("a.csv"))).hasSize(1);
        assertThat(band(drawn(), 0, 0.5, 0.5)).isEqualTo(0xf2f2f2);
    }

    @Test
    void whatIsNotFinishedLeavesWhatWasThere() throws Exception {
        Files.writeString(folder.resolve("a.png"), "an older one");
        Files.writeString(folder.resolve("a.csv"), "an older table");
        try (Timeline timeline = new Timeline(folder.resolve("a.png").toString(), "a.mp4", CLASSES)) {
            timeline.add(0, 0, 0.1, List.of(face(1, 1)));
        }
        assertThat(folder.resolve("a.png")).hasContent("an older one");
        assertThat(folder.resolve("a.csv")).hasContent("an older table");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void anotherFormatAndAMissingFolderAreOneLine() {
        assertThatThrownBy(() -> new Timeline("a.jpg", "a.mp4", CLASSES))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--timeline a.jpg must end in .png; the table beside it gets the same name with .csv");
        String nowhere = folder.resolve("nowhere/a.png").toString();
        assertThatThrownBy(() -> new Timeline(nowhere, "a.mp4", CLASSES))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--timeline " + nowhere + " cannot be written: its folder does not exist, or may not be "
                        + "written to; name a picture in a folder of yours, such as emotions.png");
    }

    /** Ten hours at ten frames a second, with a passer-by each ten seconds. */
    @Test
    void aLongVideoIsAveragedAndOfManyFacesTheLongestAreKept() {
        FaceTracks tracks = new FaceTracks(2);
        int frames = 360_000;
        for (int frame = 0; frame < frames; frame++) {
            int passing = 2 + frame / 100;
            boolean there = frame % 100 < (passing == 7 ? 80 : 30);
            tracks.add(
                    frame / 10.0,
                    (frame + 1) / 10.0,
                    there ? List.of(face(1, 1), face(passing, 0)) : List.of(face(1, 1)));
        }
        assertThat(tracks.count()).isEqualTo(1 + frames / 100);
        List<FaceTrack> longest = tracks.longest();
        assertThat(longest)
                .extracting(FaceTrack::number)
                .startsWith(1, 2)
                .contains(7)
                .hasSize(6);
        assertThat(longest.get(0).frames()).isEqualTo(frames);
        assertThat(longest.get(0).means())
                .hasSizeBetween(FaceTrack.MOST_SLOTS / 2, FaceTrack.MOST_SLOTS)
                .allSatisfy((slot, mean) -> assertThat(mean).containsExactly(1, 0));
        assertThat(TimelinePicture.words(6, tracks.count()))
                .isEqualTo("3601 faces, of which the 6 on most frames are shown; the CSV has all");
    }

    @ParameterizedTest
    @CsvSource({"0.4, 1", "12, 1", "13, 2", "90, 10", "700, 60", "5400, 600", "36000, 3600", "200000, 18000"})
    void ticksAreWholeAndFew(double end, int step) {
        assertThat(TimelinePicture.tickSeconds(end)).isEqualTo(step);
    }

    @ParameterizedTest
    @CsvSource({"0, 0:00", "9.99, 0:09", "61, 1:01", "3599, 59:59", "3661, 1:01:01"})
    void timesAreMinutesAndSeconds(double second, String clock) {
        assertThat(TimelinePicture.clock(second)).isEqualTo(clock);
    }
}
