package io.nightshift.training;

import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.run.EpochMetrics;
import java.util.List;

/**
 * Finds the epoch to keep, and decides whether to go on. It uses the metrics of the epochs alone: a resumed run decides
 * as an uninterrupted one. Without validation metrics the last epoch is kept, and training goes on to its end.
 *
 * @param bestBy         what makes an epoch the best
 * @param patienceEpochs epochs without a better one after which to stop; 0 for never
 */
record EarlyStopping(BestBy bestBy, int patienceEpochs) {

    /** Finds the best epoch, or the last one; of equals the first. NaN never wins over a number. */
    EpochMetrics best(List<EpochMetrics> epochs) {
        EpochMetrics best = epochs.get(0);
        for (EpochMetrics epoch : epochs) {
            if (!isMeasured(epoch) && !isMeasured(best) || isBetter(epoch, best)) {
                best = epoch;
            }
        }
        return best;
    }

    /** Returns what made an epoch the best: without validation metrics only that it is the last. */
    BestBy reason(EpochMetrics best) {
        return isMeasured(best) ? bestBy : BestBy.LAST;
    }

    boolean shouldStop(List<EpochMetrics> epochs) {
        int last = epochs.get(epochs.size() - 1).epoch();
        return patienceEpochs > 0 && last - best(epochs).epoch() >= patienceEpochs;
    }

    private boolean isBetter(EpochMetrics epoch, EpochMetrics best) {
        if (!isMeasured(epoch)) {
            return false;
        }
        if (!isMeasured(best)) {
            return true;
        }
        return bestBy == BestBy.LOSS
                ? epoch.validationLoss() < best.validationLoss()
                : epoch.validationAccuracy() > best.validationAccuracy();
    }

    private boolean isMeasured(EpochMetrics epoch) {
        return bestBy != BestBy.LAST
                && Double.isFinite(epoch.validationLoss())
                && Double.isFinite(epoch.validationAccuracy());
    }
}
