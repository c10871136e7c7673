package io.nightshift.training;

/**
 * The loss became NaN, infinite or far too large. The message is one line; it is shown to the user as it stands, with
 * exit status 4.
 */
public final class TrainingDivergedException extends RuntimeException {
    /** Says it of several trainings. */
    public TrainingDivergedException(String message) {
        super(message);
    }

    TrainingDivergedException(int epoch, long round, double loss, double maxLoss) {
        super("training diverged: the loss is "
                + (Double.isFinite(loss) ? loss + ", above train.max-loss = " + maxLoss + "," : loss)
                + " in epoch " + epoch + ", averaging round " + round
                + "; lower train.learning-rate; the last good checkpoint is kept, to go on from with --resume");
    }
}
