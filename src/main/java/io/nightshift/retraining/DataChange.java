package io.nightshift.retraining;

import io.nightshift.config.settings.RetrainSettings;
import io.nightshift.dataset.DataException;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.run.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares new data with the data that the champion was trained on, by row counts, class shares, pixel statistics and
 * the champion's accuracy. Broken data (a lost file, a shifted column, another scanner) shows in one of them.
 */
public final class DataChange {
    private final RetrainSettings.DataLimits most;
    private final List<String> deviations = new ArrayList<>();

    private DataChange(RetrainSettings.DataLimits most) {
        this.most = most;
    }

    /**
     * Refuses data that differs too much.
     *
     * @param champion the champion's run, with its data and its accuracy on public_test at that time
     * @param data     a summary of the new data
     * @param now      the champion's evaluation on the new public_test
     * @throws DataException that names each deviation
     */
    public static void require(Manifest champion, Manifest.Data data, Evaluation now, RetrainSettings.DataLimits most) {
        DataChange change = new DataChange(most);
        if (champion.data() != null) {
            change.rows(champion.data(), data);
            change.classes(
                    champion.data().classesBySplit(),
                    data,
                    now.classes().stream().map(ClassMetrics::name).toList());
            change.pixels(champion.data(), data);
            change.rejects(champion.data().rows(), data.rows());
        }
        if (champion.training() != null && champion.training().validationAccuracy() != null) {
            change.accuracy(champion.training().validationAccuracy(), now);
        }
        if (!change.deviations.isEmpty()) {
            throw new DataException(data.uri() + " differs from the data of the champion " + champion.runId() + ": "
                    + String.join("; ", change.deviations)
                    + "; if it is right all the same, raise these keys for one run with --set");
        }
    }

    private void rows(Manifest.Data before, Manifest.Data now) {
        before.usedBySplit().forEach((split, then) -> {
            long rows = now.usedBySplit().getOrDefault(split, 0L);
            if (then == 0) {
                return;
            }
            if (then - rows > most.maxRowsLost() * then) {
                deviate(
                        "%s has %d rows, %d before (retrain.data.max-rows-lost = %s)",
                        split, rows, then, most.maxRowsLost());
            } else if (rows - then > most.maxRowsGained() * then) {
                deviate(
                        "%s has %d rows, %d before (retrain.data.max-rows-gained = %s)",
                        split, rows, then, most.maxRowsGained());
            }
        });
    }

    private void classes(Map<String, List<Long>> before, Manifest.Data now, List<String> names) {
        if (before == null) {
            // An early version of this program did not count them.
            return;
        }
        before.forEach((split, then) -> {
            List<Long> counts = now.classesBySplit().get(split);
            long rowsThen = sum(then);
            long rows = sum(counts);
            for (int label = 0; label < then.size() && rows > 0 && rowsThen > 0; label++) {
                double shareThen = then.get(label) / (double) rowsThen;
                double share = counts.get(label) / (double) rows;
                String name = names.get(label);
                if (counts.get(label) == 0 && then.get(label) > 0) {
                    deviate("%s has no %s rows any more, %d before", split, name, then.get(label));
                } else if (Math.abs(share - shareThen) > most.maxClassShareChange()) {
                    deviate(
                            "%.1f %% of %s are %s, %.1f %% before (retrain.data.max-class-share-change = %s)",
                            100 * share, split, name, 100 * shareThen, most.maxClassShareChange());
                }
            }
        });
    }

    private void pixels(Manifest.Data before, Manifest.Data now) {
        if (before.classesBySplit() == null) {
            return;
        }
        if (Math.abs(now.pixelMean() - before.pixelMean()) > most.maxPixelMeanChange()) {
            deviate(
                    "the mean of all pixels is %.3f, %.3f before (retrain.data.max-pixel-mean-change = %s)",
                    now.pixelMean(), before.pixelMean(), most.maxPixelMeanChange());
        }
        if (Math.abs(now.pixelDeviation() - before.pixelDeviation()) > most.maxPixelDeviationChange()) {
            deviate(
                    "the standard deviation of all pixels is %.3f, %.3f before "
                            + "(retrain.data.max-pixel-deviation-change = %s)",
                    now.pixelDeviation(), before.pixelDeviation(), most.maxPixelDeviationChange());
        }
    }

    private void rejects(Manifest.Rows before, Manifest.Rows now) {
        double then = before.rejected() / (double) before.read();
        double share = now.rejected() / (double) now.read();
        if (Math.abs(share - then) > most.maxRejectedShareChange()) {
            deviate(
                    "%.2f %% of the rows are rejected, %.2f %% before (retrain.data.max-rejected-share-change = %s)",
                    100 * share, 100 * then, most.maxRejectedShareChange());
        }
    }

    private void accuracy(double then, Evaluation now) {
        if (then - now.value(Metric.ACCURACY) > most.maxAccuracyDrop()) {
            deviate(
                    "the champion itself gets %.1f %% of %s right, %.1f %% before, so labels may be wrong "
                            + "(retrain.data.max-accuracy-drop = %s)",
                    100 * now.value(Metric.ACCURACY), now.split(), 100 * then, most.maxAccuracyDrop());
        }
    }

    private void deviate(String format, Object... values) {
        deviations.add(String.format(Locale.ROOT, format, values));
    }

    private static long sum(List<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
