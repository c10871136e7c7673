package io.nightshift.ml;

import io.nightshift.job.context.JobProgress;
import io.nightshift.run.EpochMetrics;
import io.nightshift.training.TrainingDivergedException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the progress of a training, a line an epoch. */
final class LoggedProgress implements JobProgress {
    private static final Logger LOG = LoggerFactory.getLogger(ImageClassifier.class);

    @Override
    public void note(String line) {
        LOG.info(line);
    }

    @Override
    public void interrupted(String line) {
        LOG.warn(line);
    }

    @Override
    public void epochStarted(int epoch, int epochs, long examples) {
        LOG.debug("epoch {} of at most {} begins, {} examples", epoch, epochs, examples);
    }

    @Override
    public void trained(long examples, double loss) {
        LOG.debug("{} examples trained, loss {}", examples, loss);
    }

    @Override
    public void validating() {
        LOG.debug("validating");
    }

    @Override
    public void epochEnded(EpochMetrics metrics, boolean best) {
        LOG.info(
                "epoch {}: training loss {}, validation accuracy {}{}",
                metrics.epoch(),
                String.format(Locale.ROOT, "%.3f", metrics.trainLoss()),
                String.format(Locale.ROOT, "%.3f", metrics.validationAccuracy()),
                best ? ", the best so far" : "");
    }

    @Override
    public void retrying(TrainingDivergedException why, double learningRate) {
        LOG.warn("{}; trying again with the learning rate {}", why.getMessage(), learningRate);
    }
}
