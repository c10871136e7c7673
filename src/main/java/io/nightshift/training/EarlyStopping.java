package io.nightshift.training;

import io.nightshift.config.TrainSettings.BestBy;
import io.nightshift.run.EpochMetrics;
import java.util.List;

/**
 * Finds the best epoch so far, and decides whether to go on. It uses the metrics of the epochs alone: a resumed run
 * decides as an uninterrupted one. Without validation metrics the last epoch is the best one, and training goes on to
 * its end.
 *
 * @param bestBy         the metric that makes an epoch the best
 * @param patienceEpochs epochs without a better one after which to stop; 0 for never
 */
record EarlyStopping(BestBy bestBy, int patienceEpochs) {

    /** Finds the best epoch; the first of equals. NaN never wins over a number. */
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
