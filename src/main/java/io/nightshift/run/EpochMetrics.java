package io.nightshift.run;

/**
 * Holds the metrics of one epoch, a row of {@code metrics.csv}.
 *
 * @param epoch              from 1
 * @param trainLoss          mean cross-entropy in nats over the epoch's minibatches, measured while training (with
 *                           dropout and before each update)
 * @param validationLoss     mean cross-entropy in nats on public_test after the epoch; NaN without that split
 * @param validationAccuracy fraction in [0, 1] on public_test after the epoch; NaN without that split
 * @param learningRate       of the epoch's last iteration
 * @param examplesPerSecond  training examples per second of training time, validation not counted
 * @param seconds            training time of the epoch, validation not counted
 */
public record EpochMetrics(
        int epoch,
        double trainLoss,
        double validationLoss,
        double validationAccuracy,
        double learningRate,
        double examplesPerSecond,
        double seconds) {}
