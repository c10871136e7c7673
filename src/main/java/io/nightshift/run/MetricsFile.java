package io.nightshift.run;

import java.util.List;
import java.util.Locale;

/**
 * Writes and reads {@code metrics.csv}: a header and a row per epoch; a metric that was not measured is an empty field.
 */
final class MetricsFile {
    private static final String HEADER =
            "epoch,train_loss,validation_loss,validation_accuracy,learning_rate,examples_per_second,seconds";

    private MetricsFile() {}

    static String write(List<EpochMetrics> epochs) {
        StringBuilder csv = new StringBuilder(HEADER).append('\n');
        for (EpochMetrics epoch : epochs) {
            csv.append(epoch.epoch())
                    .append(',')
                    .append(exact(epoch.trainLoss()))
                    .append(',')
                    .append(exact(epoch.validationLoss()))
                    .append(',')
                    .append(exact(epoch.validationAccuracy()))
                    .append(',')
                    .append(exact(epoch.learningRate()))
                    .append(',')
                    .append(String.format(Locale.ROOT, "%.1f,%.3f", epoch.examplesPerSecond(), epoch.seconds()))
                    .append('\n');
        }
        return csv.toString();
    }

    /**
     * Reads what {@link #write} wrote. Losses and accuracies come back exactly, because a resumed run must decide
     * alike.
     */
    static List<EpochMetrics> read(String csv) {
        return csv.lines()
                .skip(1)
                .map(line -> {
                    String[] fields = line.split(",", -1);
                    return new EpochMetrics(
                            Integer.parseInt(fields[0]),
                            number(fields[1]),
                            number(fields[2]),
                            number(fields[3]),
                            number(fields[4]),
                            number(fields[5]),
                            number(fields[6]));
                })
                .toList();
    }

    private static String exact(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value);
    }

    private static double number(String field) {
        return field.isEmpty() ? Double.NaN : Double.parseDouble(field);
    }
}
