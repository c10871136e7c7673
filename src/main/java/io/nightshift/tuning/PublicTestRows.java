package io.nightshift.tuning;

import io.nightshift.evaluation.Prediction;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a network made of each row of PublicTest, in file order: by this two networks are compared row by row.
 *
 * @param right  a character for each row: 1 if it was predicted right, else 0
 * @param losses of the rows, in nats
 */
public record PublicTestRows(String right, float[] losses) implements Serializable {
    /** A softmax in floats has no smaller scores. */
    private static final double LEAST_SCORE = 1e-38;

    static PublicTestRows of(List<Prediction> predictions) {
        float[] losses = new float[predictions.size()];
        for (int i = 0; i < losses.length; i++) {
            Prediction row = predictions.get(i);
            losses[i] = (float) -Math.log(Math.max(row.scores()[row.actual()], LEAST_SCORE));
        }
        return new PublicTestRows(
                predictions.stream().map(row -> row.isRight() ? "1" : "0").collect(Collectors.joining()), losses);
    }

    int rows() {
        return losses.length;
    }

    boolean isRight(int row) {
        return right.charAt(row) == '1';
    }

    double accuracy() {
        return (double) right.chars().filter(row -> row == '1').count() / rows();
    }

    double loss() {
        double sum = 0;
        for (float loss : losses) {
            sum += loss;
        }
        return sum / rows();
    }
}
