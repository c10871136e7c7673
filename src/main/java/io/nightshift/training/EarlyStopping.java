package io.nightshift.training;

import io.nightshift.config.TrainSettings.BestBy;
import io.nightshift.run.EpochMetrics;
import java.util.List;

/**
 * Which epoch is the best so far, and whether to go on. It knows nothing but the metrics of the epochs, so that a
 * resumed run decides as an uninterrupted one. Without validation figures the last epoch is the best one, and training
 * goes on to its end.
 *
 * @param bestBy         what makes an epoch the best
 * @param patienceEpochs epochs without a better one after which to stop; 0 for never
 */
record EarlyStopping(BestBy bestBy, int patienceEpochs) {

    /** The best epoch; the first of equals. NaN never wins over a number. */
    EpochMetrics best(List<EpochMetrics> epochs) {
        EpochMetrics best = epochs.get(0);
        for (EpochMetrics epoch : epochs) {
            if (!hasValidation(epoch) && !hasValidation(best) || isBetter(epoch, best)) {
                best = epoch;
            }
        }
        return best;
    }

    boolean shouldStop(List<EpochMetrics> epochs) {
        int last = epochs.get(epochs.size() - 1).epoch();
        return patienceEpochs > 0 && last - best(epochs).epoch() >= patienceEpochs;
    }

    private boolean isBetter(EpochMetrics epoch, EpochMetrics best) {
        if (!hasValidation(epoch)) {
            return false;
        }
        if (!hasValidation(best)) {
            return true;
        }
        return switch (bestBy) {
            case LOSS -> epoch.validationLoss() < best.validationLoss();
            case ACCURACY -> epoch.validationAccuracy() > best.validationAccuracy();
        };
    }

    private static boolean hasValidation(EpochMetrics epoch) {
        return Double.isFinite(epoch.validationLoss()) && Double.isFinite(epoch.validationAccuracy());
    }
}
