package io.nightshift.evaluation;

import java.io.Serializable;

/**
 * An example and the scores that a network gives it.
 *
 * @param index  of the example within its split, in file order, from 0
 * @param actual label number of the actual class
 * @param scores softmax output per class, in label order, summing to 1; its largest entry is the predicted class
 * @param pixels the image, row by row, a byte (0..255, unsigned) per pixel
 */
public record Prediction(long index, int actual, float[] scores, byte[] pixels) implements Serializable {

    /** Returns the label number with the highest score, the first of equals. */
    public int predicted() {
        int best = 0;
        for (int label = 1; label < scores.length; label++) {
            if (scores[label] > scores[best]) {
                best = label;
            }
        }
        return best;
    }

    /** Whether the predicted class is the actual one. */
    public boolean isRight() {
        return predicted() == actual;
    }

    /** Returns the score of the predicted class, in [0, 1]. */
    public float confidence() {
        return scores[predicted()];
    }
}
