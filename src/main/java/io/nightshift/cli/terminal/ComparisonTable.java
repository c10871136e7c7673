package io.nightshift.cli.terminal;

import io.nightshift.config.Printable;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.statistics.Uncertainty.Interval;
import io.nightshift.report.RunComparison;
import io.nightshift.report.RunComparison.Contestant;
import io.nightshift.report.RunComparison.Difference;
import io.nightshift.run.EpochMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Formats two runs side by side for the terminal, in at most 100 columns. */
public final class ComparisonTable {
    private static final int COLUMNS = 100;
    private static final int CURVE_POINTS = 50;
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final String ROW = "%-28s%16s%16s%9s%n";

    private ComparisonTable() {}

    public static String of(RunComparison comparison) {
        Contestant first = comparison.first();
        Contestant second = comparison.second();
        StringBuilder text = new StringBuilder();
        text.append(wrapped("A  " + first.runId()));
        text.append(wrapped("B  " + second.runId()));
        text.append(wrapped(String.format(
                Locale.ROOT, "%s, %d examples of %s", comparison.split(), comparison.examples(), comparison.data())));
        text.append(System.lineSeparator());
        text.append(metrics(first.evaluation(), second.evaluation()));
        text.append(System.lineSeparator());
        text.append(wrapped(String.format(
                Locale.ROOT,
                "Only A is right on %d of them, only B on %d.",
                comparison.discordant().onlyFirst(),
                comparison.discordant().onlySecond())));
        text.append(wrapped("B is " + comparison.models().accuracyInWords() + "."));
        text.append(wrapped("Its loss is " + comparison.models().loss().ofLosses() + "."));
        text.append(settings(comparison.settings()));
        text.append(curves("validation accuracy", first, second, EpochMetrics::validationAccuracy, true));
        text.append(curves("validation loss", first, second, EpochMetrics::validationLoss, false));
        text.append(curves("training loss", first, second, EpochMetrics::trainLoss, false));
        return text.toString();
    }

    private static String metrics(Evaluation first, Evaluation second) {
        StringBuilder text = new StringBuilder(String.format(ROW, "", "A", "B", "points"));
        for (Metric metric : first.metrics().keySet()) {
            text.append(String.format(
                    ROW,
                    metric.label(),
                    first.textWithError(metric),
                    second.textWithError(metric),
                    metric.isFraction() ? points(first.value(metric), second.value(metric)) : ""));
            if (first.uncertainty(metric).orElse(null) instanceof Interval ofFirst
                    && second.uncertainty(metric).orElse(null) instanceof Interval ofSecond) {
                text.append(String.format(ROW, "  " + ofFirst.name(), ofFirst.text(), ofSecond.text(), ""));
            }
        }
        text.append(String.format("recall%n"));
        for (int label = 0; label < first.classes().size(); label++) {
            double ofFirst = first.classes().get(label).recall();
            double ofSecond = second.classes().get(label).recall();
            text.append(String.format(
                    ROW,
                    "  " + Printable.line(first.classes().get(label).name()),
                    Metric.ACCURACY.format(ofFirst),
                    Metric.ACCURACY.format(ofSecond),
                    points(ofFirst, ofSecond)));
        }
        return text.toString();
    }

    private static String points(double first, double second) {
        return String.format(Locale.ROOT, "%+.1f", 100 * (second - first));
    }

    private static String settings(List<Difference> differences) {
        if (differences.isEmpty()) {
            return String.format("%nNo setting differs.%n");
        }
        return String.format("%nSettings that differ%n")
                + differences.stream()
                        .map(difference -> wrapped("  " + difference.key() + ": " + value(difference.first()) + " | "
                                + value(difference.second())))
                        .collect(Collectors.joining());
    }

    private static String value(String value) {
        return value == null ? "–" : value.isEmpty() ? "(empty)" : value;
    }

    /** A line for each run; both have one scale. Of more epochs than there is room for some are left out. */
    private static String curves(
            String name, Contestant first, Contestant second, ToDoubleFunction<EpochMetrics> value, boolean fraction) {
        double[] all = Stream.of(first, second)
                .flatMap(run -> run.epochs().stream())
                .mapToDouble(value)
                .filter(Double::isFinite)
                .toArray();
        if (all.length == 0) {
            return "";
        }
        double least = DoubleStream.of(all).min().orElseThrow();
        double most = DoubleStream.of(all).max().orElseThrow();
        Metric format = fraction ? Metric.ACCURACY : Metric.LOSS;
        return String.format("%n%s, from %s to %s%n", name, format.format(least), format.format(most))
                + curve("A", first, value, least, most)
                + curve("B", second, value, least, most);
    }

    private static String curve(
            String name, Contestant run, ToDoubleFunction<EpochMetrics> value, double least, double most) {
        List<EpochMetrics> epochs = run.epochs();
        int points = Math.min(CURVE_POINTS, epochs.size());
        List<String> bars = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            double of = value.applyAsDouble(epochs.get((int) ((long) (i + 1) * epochs.size() / points) - 1));
            double part = most > least ? (of - least) / (most - least) : 0;
            int bar = (int) Math.round(part * (BARS.length() - 1));
            bars.add(Double.isFinite(of) ? BARS.substring(bar, bar + 1) : " ");
        }
        return String.format(
                "%s  %s  %d epochs, kept %d%n", name, String.join("", bars), epochs.size(), run.bestEpoch());
    }

    private static String wrapped(String line) {
        return TerminalText.wrapped(Printable.line(line), COLUMNS) + System.lineSeparator();
    }
}
