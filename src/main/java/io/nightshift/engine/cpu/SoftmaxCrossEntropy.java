package io.nightshift.engine.cpu;

/**
 * Softmax, cross-entropy and its gradient, for a minibatch of logits: few numbers, which are computed here in double
 * precision.
 */
final class SoftmaxCrossEntropy {
    private SoftmaxCrossEntropy() {}

    /** Turns each row of logits into probabilities, in place. */
    static void softmax(float[] logits, int classes) {
        double[] exponentials = new double[classes];
        for (int row = 0; row < logits.length; row += classes) {
            double sum = exponentials(logits, row, exponentials);
            for (int k = 0; k < classes; k++) {
                logits[row + k] = (float) (exponentials[k] / sum);
            }
        }
    }

    /**
     * Computes the loss {@code -sum y log p}, and puts its gradient {@code (p sum(y) - y) / n} in the place of the
     * logits.
     *
     * @param labels of each example; they may sum to another number than 1, by which the example then counts
     * @return the sum of the examples' losses over their number
     */
    static double lossAndGradient(float[] logits, float[] labels, int classes) {
        int examples = logits.length / classes;
        double[] exponentials = new double[classes];
        double loss = 0;
        for (int row = 0; row < logits.length; row += classes) {
            double largest = largest(logits, row, classes);
            double sum = exponentials(logits, row, exponentials);
            double logarithm = Math.log(sum) + largest;
            double weight = 0;
            for (int k = 0; k < classes; k++) {
                weight += labels[row + k];
                loss -= labels[row + k] * (logits[row + k] - logarithm);
            }
            for (int k = 0; k < classes; k++) {
                logits[row + k] = (float) ((exponentials[k] / sum * weight - labels[row + k]) / examples);
            }
        }
        return loss / examples;
    }

    private static double exponentials(float[] logits, int row, double[] exponentials) {
        double largest = largest(logits, row, exponentials.length);
        double sum = 0;
        for (int k = 0; k < exponentials.length; k++) {
            exponentials[k] = Math.exp(logits[row + k] - largest);
            sum += exponentials[k];
        }
        return sum;
    }

    private static double largest(float[] logits, int row, int classes) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            largest = Math.max(largest, logits[row + k]);
        }
        return largest;
    }
}
