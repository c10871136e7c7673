package io.nightshift.dataset.images;

import java.util.Arrays;

/**
 * Resamples a line of pixels to a shorter or longer one.
 *
 * @param first   {@code first[to]}: the first pixel that pixel {@code to} of the new line is made of
 * @param weights {@code weights[to]}: of that pixel and those after it; they sum to 1
 */
record Resampling(int[] first, double[][] weights) {

    static Resampling of(int from, int to) {
        int[] first = new int[to];
        double[][] weights = new double[to][];
        double step = (double) from / to;
        for (int i = 0; i < to; i++) {
            if (step > 1) {
                area(i * step, Math.min((i + 1) * step, from), i, first, weights);
            } else {
                linear((i + 0.5) * step - 0.5, from, i, first, weights);
            }
        }
        return new Resampling(first, weights);
    }

    /** Weighs each pixel by how much of it lies between the two ends. */
    private static void area(double begin, double end, int i, int[] first, double[][] weights) {
        int covered = (int) Math.ceil(end - 1e-9) - (int) begin;
        first[i] = (int) begin;
        weights[i] = new double[covered];
        for (int k = 0; k < covered; k++) {
            int pixel = first[i] + k;
            weights[i][k] = Math.min(end, pixel + 1) - Math.max(begin, pixel);
        }
        double sum = Arrays.stream(weights[i]).sum();
        Arrays.setAll(weights[i], k -> weights[i][k] / sum);
    }

    /**
     * Interpolates between the two pixels whose centres are next to the position; beyond the last centre its pixel is
     * repeated.
     */
    private static void linear(double position, int from, int i, int[] first, double[][] weights) {
        double inside = Math.max(0, Math.min(from - 1, position));
        first[i] = Math.min((int) inside, Math.max(0, from - 2));
        double toNext = inside - first[i];
        weights[i] = from == 1 ? new double[] {1} : new double[] {1 - toNext, toNext};
    }

    /** Computes the new line: both may be rows or columns of something larger, each with its begin and its step. */
    void apply(double[] line, int begin, int step, double[] into, int intoBegin, int intoStep) {
        for (int to = 0; to < first.length; to++) {
            double sum = 0;
            for (int k = 0; k < weights[to].length; k++) {
                sum += weights[to][k] * line[begin + (first[to] + k) * step];
            }
            into[intoBegin + to * intoStep] = sum;
        }
    }
}
