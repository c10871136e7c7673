package io.nightshift.training;

import io.nightshift.run.EpochMetrics;

/** Is told how training goes. */
public interface TrainingProgress {
    /**
     * An epoch begins.
     *
     * @param epoch    from 1
     * @param epochs   the most that there will be
     * @param examples that the epoch trains on
     */
    void epochStarted(int epoch, int epochs, long examples);

    /**
     * An averaging round has ended.
     *
     * @param examples of this epoch, trained on so far
     * @param loss     mean over the round
     */
    void trained(long examples, double loss);

    /** The epoch's examples were all trained on; it is now validated and saved. */
    void validating();

    /**
     * An epoch has ended and its checkpoint is written.
     *
     * @param best whether its measure makes it the best so far, whose model is kept
     */
    void epochEnded(EpochMetrics metrics, boolean best);

    /**
     * Training has diverged, and begins again from the last good checkpoint.
     *
     * @param why          where it diverged
     * @param learningRate of the second try
     */
    void retrying(TrainingDivergedException why, double learningRate);
}
