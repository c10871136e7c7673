package io.nightshift.evaluation;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Measures how well a network's confidence agrees with its accuracy, and finds the temperature that makes them agree
 * best (Guo et al., "On Calibration of Modern Neural Networks", <a
 * href="https://arxiv.org/abs/1706.04599">arXiv:1706.04599</a>). Its size does not depend on the number of examples;
 * the measurements of several tasks add up.
 */
final class Calibration implements Serializable {
    private static final long serialVersionUID = 1;
    /** Bins of equal width, as in the paper. */
    private static final int BINS = 15;
    /** Number of temperatures that are tried, from 1/4 to 4. */
    private static final int TEMPERATURES = 41;

    private static final int PER_DOUBLING = 10;
    /** A softmax in floats has no smaller scores. */
    private static final double LEAST_SCORE = 1e-38;

    private final long[] examples = new long[BINS];
    private final long[] right = new long[BINS];
    private final double[] confidences = new double[BINS];
    private final double[] losses = new double[TEMPERATURES];

    void add(Prediction example) {
        int bin = Math.min(BINS - 1, (int) (example.confidence() * BINS));
        examples[bin]++;
        right[bin] += example.predicted() == example.actual() ? 1 : 0;
        confidences[bin] += example.confidence();
        double[] logits = new double[example.scores().length];
        Arrays.setAll(logits, label -> Math.log(Math.max(example.scores()[label], LEAST_SCORE)));
        for (int i = 0; i < TEMPERATURES; i++) {
            losses[i] += loss(logits, example.actual(), temperature(i));
        }
    }

    /** Returns the cross-entropy of softmax(logits / temperature). Subtracting the largest logit prevents overflow. */
    private static double loss(double[] logits, int actual, double temperature) {
        double sum = 0;
        double largest = Arrays.stream(logits).max().orElseThrow();
        for (double logit : logits) {
            sum += Math.exp((logit - largest) / temperature);
        }
        return Math.log(sum) - (logits[actual] - largest) / temperature;
    }

    private static double temperature(double step) {
        return Math.pow(2, (step - TEMPERATURES / 2) / PER_DOUBLING);
    }

    Calibration plus(Calibration other) {
        Calibration sum = new Calibration();
        for (int bin = 0; bin < BINS; bin++) {
            sum.examples[bin] = examples[bin] + other.examples[bin];
            sum.right[bin] = right[bin] + other.right[bin];
            sum.confidences[bin] = confidences[bin] + other.confidences[bin];
        }
        Arrays.setAll(sum.losses, i -> losses[i] + other.losses[i]);
        return sum;
    }

    /**
     * Returns the expected calibration error, in [0, 1]: the mean of |accuracy - mean confidence| of an example's bin.
     */
    double expectedError() {
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
            sum += Math.abs(right[bin] - confidences[bin]);
        }
        long all = Arrays.stream(examples).sum();
        return all == 0 ? 0 : sum / all;
    }

    /**
     * Returns the temperature, in 0.25..4, with the least loss on these examples; 1 without examples. Interpolates by
     * the parabola through the best temperature and its neighbours.
     */
    double bestTemperature() {
        int best = TEMPERATURES / 2;
        for (int i = 0; i < TEMPERATURES; i++) {
            best = losses[i] < losses[best] ? i : best;
        }
        if (best == 0 || best == TEMPERATURES - 1) {
            return temperature(best);
        }
        double before = losses[best - 1] - losses[best];
        double after = losses[best + 1] - losses[best];
        return temperature(before + after == 0 ? best : best + (before - after) / (2 * (before + after)));
    }
}
