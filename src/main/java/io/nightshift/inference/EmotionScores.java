package io.nightshift.inference;

import java.util.List;

/**
 * The scores that a model gives one image.
 *
 * @param classes names in label order
 * @param scores  of each class, in [0, 1], summing to 1
 */
public record EmotionScores(List<String> classes, float[] scores) {

    /** Returns the class with the highest score, the first of equals. */
    public String label() {
        return classes.get(best());
    }

    /** Returns the score of {@link #label()}, in [0, 1]. */
    public float confidence() {
        return scores[best()];
    }

    /**
     * Returns the score of one class, in [0, 1].
     *
     * @throws IllegalArgumentException if the model knows no such class
     */
    public float of(String name) {
        int label = classes.indexOf(name);
        if (label < 0) {
            throw new IllegalArgumentException(
                    "there is no class " + name + "; the model knows " + String.join(", ", classes));
        }
        return scores[label];
    }

    private int best() {
        int best = 0;
        for (int label = 1; label < scores.length; label++) {
            if (scores[label] > scores[best]) {
                best = label;
            }
        }
        return best;
    }
}
