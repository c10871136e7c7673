package io.nightshift.evaluation;

import java.io.Serializable;
import java.util.OptionalInt;

/**
 * An example and the scores that a network gives it.
 *
 * @param index  of the example within its split, in file order, from 0
 * @param actual label number of the actual class
 * @param scores softmax output per class, in label order, summing to 1; its largest entry is the predicted class
 * @param pixels the image, row by row, a byte (0..255, unsigned) per pixel
 * @param votes  how many people saw each class in it, in label order, a byte (0..255, unsigned) each; empty where
 *               nobody was asked
 */
public record Prediction(long index, int actual, float[] scores, byte[] pixels, byte[] votes) implements Serializable {
    private static final byte[] NO_VOTES = {};

    /** Makes a prediction of an example without votes. */
    public Prediction(long index, int actual, float[] scores, byte[] pixels) {
        this(index, actual, scores, pixels, NO_VOTES);
    }

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

    /** Returns the class that more people saw than any other; empty where two have as many votes, or there are none. */
    public OptionalInt majorityVote() {
        int most = 0;
        int label = -1;
        for (int i = 0; i < votes.length; i++) {
            int count = votes[i] & 0xff;
            if (count >= most) {
                label = count > most ? i : -1;
                most = count;
            }
        }
        return label < 0 ? OptionalInt.empty() : OptionalInt.of(label);
    }

    /** Returns the score of the predicted class, in [0, 1]. */
    public float confidence() {
        return scores[predicted()];
    }
}
