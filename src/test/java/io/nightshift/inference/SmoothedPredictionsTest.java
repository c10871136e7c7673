package io.nightshift.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.vision.detect.Face;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SmoothedPredictionsTest {
    private static FacePrediction prediction(int x, float happy) {
        return new FacePrediction(
                new Face(x, 0, 10, 10, 1, Optional.empty()),
                new EmotionScores(List.of("happy", "sad"), new float[] {happy, 1 - happy}));
    }

    @Test
    void scoresFollowAFaceByTheTimeConstant() {
        SmoothedPredictions smoothed = new SmoothedPredictions(0.5);
        assertThat(smoothed.next(List.of(prediction(0, 1)), 0)
                        .get(0)
                        .prediction()
                        .scores()
                        .of("happy"))
                .isEqualTo(1);
        EmotionScores after = smoothed.next(List.of(prediction(2, 0)), 0.5)
                .get(0)
                .prediction()
                .scores();
        assertThat(after.of("happy")).isCloseTo((float) Math.exp(-1), within(1e-6f));
        assertThat(after.of("happy") + after.of("sad")).isCloseTo(1, within(1e-6f));
    }

    @Test
    void anotherFaceAndOneThatWasGoneAreNotSmoothed() {
        SmoothedPredictions smoothed = new SmoothedPredictions(0.5);
        smoothed.next(List.of(prediction(0, 1)), 0);
        assertThat(smoothed.next(List.of(prediction(50, 0)), 0.1)
                        .get(0)
                        .prediction()
                        .scores()
                        .of("happy"))
                .isZero();
        assertThat(smoothed.next(List.of(prediction(0, 0)), 1.2)
                        .get(0)
                        .prediction()
                        .scores()
                        .of("happy"))
                .isZero();
    }

    @Test
    void withoutATimeConstantEachFrameIsForItself() {
        SmoothedPredictions smoothed = new SmoothedPredictions(0);
        smoothed.next(List.of(prediction(0, 1)), 0);
        assertThat(smoothed.next(List.of(prediction(0, 0)), 0.01)
                        .get(0)
                        .prediction()
                        .scores()
                        .of("happy"))
                .isZero();
    }

    @Test
    void aFaceKeepsItsNumberUntilItIsForgotten() {
        SmoothedPredictions smoothed = new SmoothedPredictions(0.5);
        assertThat(numbers(smoothed.next(List.of(prediction(0, 1), prediction(50, 1)), 0)))
                .containsExactly(1, 2);
        assertThat(numbers(smoothed.next(List.of(prediction(51, 1), prediction(1, 1), prediction(100, 1)), 0.5)))
                .containsExactly(2, 1, 3);
        assertThat(numbers(smoothed.next(List.of(prediction(0, 1)), 1.5))).containsExactly(1);
        assertThat(numbers(smoothed.next(List.of(prediction(50, 1)), 1.6))).containsExactly(4);
    }

    private static List<Integer> numbers(List<NumberedFace> faces) {
        return faces.stream().map(NumberedFace::number).toList();
    }
}
