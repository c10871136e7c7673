package io.nightshift.training.averaging;

import java.io.Serializable;

/**
 * The minibatches of one averaging round, which follow from the epoch's size alone: batch {@code b} of the epoch
 * belongs to worker {@code b % workers}, and each round takes the next {@code averagingFrequency} batches of every
 * worker.
 *
 * @param firstBatch    of each worker's own batches, the one that the round begins with
 * @param batches       most batches that a worker has in the round; the last round of an epoch may have fewer than the
 *                      averaging frequency, or fewer for some workers
 * @param examples      examples of all workers
 */
public record AveragingRound(long firstBatch, int batches, long examples) implements Serializable {

    /** Counts the rounds of an epoch. */
    public static long count(long examples, int batchSize, int workers, int averagingFrequency) {
        return ceilDivide(ceilDivide(examples, batchSize), (long) workers * averagingFrequency);
    }

    /** Makes round {@code number}, from 0, of an epoch. */
    public static AveragingRound of(long number, long examples, int batchSize, int workers, int averagingFrequency) {
        long perRound = (long) workers * averagingFrequency;
        long from = number * perRound;
        long to = Math.min(ceilDivide(examples, batchSize), from + perRound);
        return new AveragingRound(
                number * averagingFrequency,
                (int) ceilDivide(to - from, workers),
                Math.min(examples, to * batchSize) - from * batchSize);
    }

    private static long ceilDivide(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
