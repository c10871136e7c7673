package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static Prediction prediction(int actual, double... scores) {
        float[] floats = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            floats[i] = (float) scores[i];
        }
        return new Prediction(0, actual, floats, new byte[0]);
    }

    @Test
    void theErrorCountedByHand() {
        Calibration calibration = new Calibration();
        // Three of about 0.9, of which two are right; two of about 0.55, of which none is.
        calibration.add(prediction(0, 0.9, 0.1));
        calibration.add(prediction(0, 0.88, 0.12));
        calibration.add(prediction(1, 0.89, 0.11));
        calibration.add(prediction(0, 0.45, 0.55));
        calibration.add(prediction(0, 0.46, 0.54));
        assertThat(calibration.expectedError())
                .isCloseTo((Math.abs(2 - (0.9 + 0.88 + 0.89)) + (0.55 + 0.54)) / 5, within(1e-6));
    }

    /**
     * Labels are drawn from softmax(logits), and the network says softmax(logits * factor): only the factor undoes
     * that.
     */
    @Test
    void theTemperatureThatUndoesAKnownOverconfidenceIsFound() {
        for (double factor : new double[] {0.6, 1, 1.7, 3}) {
            SplittableRandom random = new SplittableRandom(5);
            Calibration first = new Calibration();
            Calibration second = new Calibration();
            for (int i = 0; i < 20_000; i++) {
                double[] logits = {4 * random.nextDouble(), 4 * random.nextDouble(), 4 * random.nextDouble()};
                (i % 2 == 0 ? first : second)
                        .add(prediction(draw(softmax(logits, 1), random.nextDouble()), softmax(logits, factor)));
            }
            assertThat(first.plus(second).bestTemperature()).isCloseTo(factor, within(0.08 * factor));
        }
    }

    private static double[] softmax(double[] logits, double factor) {
        double sum = 0;
        double[] scores = new double[logits.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(factor * logits[i]);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= sum;
        }
        return scores;
    }

    private static int draw(double[] scores, double random) {
        int label = 0;
        for (double below = scores[0]; below < random && label < scores.length - 1; below += scores[label]) {
            label++;
        }
        return label;
    }

    @Test
    void nothingNeedsNoTemperature() {
        assertThat(new Calibration().bestTemperature()).isEqualTo(1);
        assertThat(new Calibration().expectedError()).isZero();
    }

    @Test
    void scoresOfNothingAndOfAllAreNoTrouble() {
        Calibration calibration = new Calibration();
        calibration.add(prediction(1, 1, 0));
        calibration.add(prediction(0, 1, 0));
        assertThat(calibration.expectedError()).isEqualTo(0.5);
        assertThat(calibration.bestTemperature()).isEqualTo(4);
    }
}
