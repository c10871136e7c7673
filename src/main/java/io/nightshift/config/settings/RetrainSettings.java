package io.nightshift.config.settings;

import io.nightshift.config.Keys;

/**
 * When a retrained model becomes champion, and which runs are kept.
 *
 * @param significance      largest p-value of McNemar's test between challenger and champion
 * @param falsePromotionsPerYear how many models that are no better may be promoted by luck, as an expectation
 * @param maxPredictedShare largest fraction of all rows that a model may give to one class
 * @param minRecall         of every class; 0 disables the check
 * @param maxRecallDrop     by which a class's recall may fall below the champion's
 * @param keepRuns          number of newest runs that are kept; 0 keeps all
 * @param lockLeaseSeconds  time after which another job may take the lock of a job that died
 * @param data              how far data may differ from the champion's
 */
public record RetrainSettings(
        StartFrom startFrom,
        double significance,
        double falsePromotionsPerYear,
        double maxPredictedShare,
        double minRecall,
        double maxRecallDrop,
        int keepRuns,
        int lockLeaseSeconds,
        DataLimits data) {

    static RetrainSettings of(Keys keys) {
        return new RetrainSettings(
                keys.oneOf("retrain.start-from", StartFrom.class),
                keys.number("retrain.significance").positiveUpTo(1),
                keys.number("retrain.false-promotions-per-year").positiveUpTo(1_000),
                keys.number("retrain.max-predicted-share").positiveUpTo(1),
                keys.number("retrain.min-recall").between(0, 1),
                keys.number("retrain.max-recall-drop").between(0, 1),
                keys.integer("retrain.keep-runs").between(0, 1_000_000),
                keys.integer("retrain.lock-lease-seconds").between(3, 86_400),
                DataLimits.of(keys));
    }

    /** The weights that a retraining starts from. */
    public enum StartFrom {
        CHAMPION,
        SCRATCH
    }

    /** Largest differences between new data and the champion's; all are fractions. */
    public record DataLimits(
            double maxRowsLost,
            double maxRowsGained,
            double maxClassShareChange,
            double maxPixelMeanChange,
            double maxPixelDeviationChange,
            double maxRejectedShareChange,
            double maxAccuracyDrop) {

        static DataLimits of(Keys keys) {
            return new DataLimits(
                    keys.number("retrain.data.max-rows-lost").between(0, 1),
                    keys.number("retrain.data.max-rows-gained").between(0, 1_000_000),
                    keys.number("retrain.data.max-class-share-change").between(0, 1),
                    keys.number("retrain.data.max-pixel-mean-change").between(0, 1),
                    keys.number("retrain.data.max-pixel-deviation-change").between(0, 1),
                    keys.number("retrain.data.max-rejected-share-change").between(0, 1),
                    keys.number("retrain.data.max-accuracy-drop").between(0, 1));
        }
    }
}
