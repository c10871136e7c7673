package io.nightshift.vision.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.vision.detect.BlazeFaceDecoder.Detection;
import io.nightshift.vision.detect.BlazeFaceDecoder.Grid;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against cases that were counted by hand. */
class BlazeFaceDecoderTest {
    private static final Grid FINE = BlazeFaceDecoder.GRIDS.get(0);
    private static final Grid COARSE = BlazeFaceDecoder.GRIDS.get(1);

    /** One anchor that sees a face: box of 32 x 64 pixels, 8 right and 4 above; points 1, 2 .. 12 pixels away. */
    private static List<Detection> decoded(Grid grid, int anchor, float logit, int side) {
        float[] logits = new float[grid.anchors()];
        Arrays.fill(logits, -200);
        logits[anchor] = logit;
        float[] regressions = new float[grid.anchors() * BlazeFaceDecoder.VALUES];
        float[] seen = {8, -4, 32, 64, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        System.arraycopy(seen, 0, regressions, anchor * BlazeFaceDecoder.VALUES, seen.length);
        return BlazeFaceDecoder.decode(grid, logits, regressions, side, 0.6);
    }

    @Test
    void thereAre896AnchorsInTwoGrids() {
        assertThat(BlazeFaceDecoder.GRIDS.stream().mapToInt(Grid::anchors)).containsExactly(512, 384);
    }

    /** Of 2 anchors a cell, number 71 is the second of cell 35: row 2, column 3. Its middle is at (3.5, 2.5) / 16. */
    @Test
    void anAnchorOfTheFineGridIsInTheMiddleOfItsCell() {
        Detection face = decoded(FINE, 71, 1.0986123f, 128).get(0);
        assertThat(face.score()).isEqualTo(0.75, within(1e-6));
        assertThat(face.x() * 128).isEqualTo(28 + 8, within(1e-9));
        assertThat(face.y() * 128).isEqualTo(20 - 4, within(1e-9));
        assertThat(face.width() * 128).isEqualTo(32, within(1e-9));
        assertThat(face.height() * 128).isEqualTo(64, within(1e-9));
        for (int point = 0; point < 6; point++) {
            assertThat(face.values()[4 + 2 * point] * 128).isEqualTo(28 + 1 + 2 * point, within(1e-9));
            assertThat(face.values()[5 + 2 * point] * 128).isEqualTo(20 + 2 + 2 * point, within(1e-9));
        }
    }

    /** Of 6 anchors a cell, number 383 is the last one of cell 63: row 7, column 7. Its cells are of 32 pixels here. */
    @Test
    void anAnchorOfTheCoarseGridOfTheLargerNetworkToo() {
        Detection face = decoded(COARSE, 383, 3, 256).get(0);
        assertThat(face.x() * 256).isEqualTo(240 + 8, within(1e-9));
        assertThat(face.y() * 256).isEqualTo(240 - 4, within(1e-9));
    }

    @Test
    void anUnsureAnchorOneOfNoNumberAndABoxOfNoSizeAreNoFaces() {
        assertThat(decoded(FINE, 0, 0.40f, 128)).isEmpty();
        assertThat(decoded(FINE, 0, 0.41f, 128)).hasSize(1);
        assertThat(decoded(FINE, 0, Float.NaN, 128)).isEmpty();
        assertThat(BlazeFaceDecoder.decode(FINE, new float[512], new float[512 * 16], 128, 0.1))
                .isEmpty();
    }

    /** Beyond 100 the exponential function of the sigmoid would overflow, and did so in the first implementations. */
    @Test
    void logitsAreCutOffAtAHundred() {
        assertThat(decoded(FINE, 0, 1e30f, 128).get(0).score()).isEqualTo(1, within(1e-12));
        assertThat(decoded(FINE, 0, -1e30f, 128)).isEmpty();
    }

    private static Detection box(double score, double x, double y, double side) {
        double[] values = new double[BlazeFaceDecoder.VALUES];
        values[0] = x;
        values[1] = y;
        values[2] = side;
        values[3] = side;
        values[4] = x - 1;
        values[6] = x + 1;
        return new Detection(score, values);
    }

    /**
     * Boxes of 10 x 10, moved by 5 across: they share 50 of 150. Moved by 6: 40 of 160, a quarter, which is another face.
     */
    @Test
    void boxesOfTheSameFaceAreAveragedByTheirScores() {
        List<Detection> faces = BlazeFaceDecoder.averaged(
                List.of(box(0.6, 25, 20, 10), box(0.9, 20, 20, 10), box(0.8, 14, 20, 10), box(0.7, 60, 60, 10)));
        assertThat(faces).hasSize(3);
        // (0.9 * 20 + 0.6 * 25) / 1.5
        assertThat(faces.get(0).x()).isEqualTo(22, within(1e-9));
        assertThat(faces.get(0).y()).isEqualTo(20, within(1e-9));
        assertThat(faces.get(0).width()).isEqualTo(10, within(1e-9));
        assertThat(faces.get(0).values()[6]).isEqualTo(23, within(1e-9));
        assertThat(faces.get(0).score()).isEqualTo(0.9);
        assertThat(faces.get(1).x()).isEqualTo(14, within(1e-9));
        assertThat(faces.get(2).x()).isEqualTo(60, within(1e-9));
    }

    @Test
    void aBoxWithoutBoundsEndsTheAveragingToo() {
        assertThat(BlazeFaceDecoder.averaged(List.of(box(0.9, 0, 0, Double.POSITIVE_INFINITY))))
                .hasSize(1);
    }

    /** An input of 100 pixels shows the picture at half of its size, below 20 free rows. */
    @Test
    void placesOnTheInputBecomePlacesOnThePicture() {
        double[] values = {0.5, 0.6, 0.1, 0.2, 0.4, 0.5, 0.6, 0.5, 0, 0, 0, 0, 0, 0, 0, 0};
        Detection face = new Detection(0.7, values).onPicture(200, 0, 40);
        assertThat(Arrays.copyOf(face.values(), 8))
                .containsExactly(new double[] {100, 80, 20, 40, 80, 60, 120, 60}, within(1e-9));
    }

    /** The person's left eye is to the right in the picture. */
    @Test
    void theTiltIsThatOfTheLineThroughTheEyes() {
        double[] values = new double[BlazeFaceDecoder.VALUES];
        values[6] = 10;
        values[7] = 10;
        assertThat(new Detection(1, values).tiltDegrees()).isEqualTo(45, within(1e-9));
    }
}
