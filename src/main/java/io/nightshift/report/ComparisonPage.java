package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.statistics.Uncertainty.Interval;
import io.nightshift.run.EpochMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Renders the page that shows two runs side by side. */
public final class ComparisonPage {
    /** The values that {@code comparison.mustache} names. */
    private record Page(
            String contentSecurityPolicy,
            String style,
            RunComparison comparison,
            String split,
            String accuracy,
            String loss,
            List<Row> metrics,
            List<Row> recall,
            List<RunComparison.Difference> settings,
            List<Epoch> epochs) {}

    /** @param points the second minus the first, in percentage points; empty for other numbers */
    private record Row(String name, String first, String second, String points) {}

    private record Epoch(int epoch, Double firstLoss, Double secondLoss, Share firstAccuracy, Share secondAccuracy) {}

    private ComparisonPage() {}

    /** Renders the page as HTML, to be stored as UTF-8. */
    public static String render(RunComparison comparison) {
        Evaluation first = comparison.first().evaluation();
        Evaluation second = comparison.second().evaluation();
        List<Row> metrics = new ArrayList<>();
        for (Metric metric : first.metrics().keySet()) {
            metrics.add(new Row(
                    metric.label(),
                    text(first, metric),
                    text(second, metric),
                    metric.isFraction() ? points(first.value(metric), second.value(metric)) : ""));
        }
        List<Row> recall = IntStream.range(0, first.classes().size())
                .mapToObj(label -> {
                    double ofFirst = first.classes().get(label).recall();
                    double ofSecond = second.classes().get(label).recall();
                    return new Row(
                            first.classes().get(label).name(),
                            new Share(ofFirst).toString(),
                            new Share(ofSecond).toString(),
                            points(ofFirst, ofSecond));
                })
                .toList();
        return SelfContainedPage.render(
                "comparison",
                new Page(
                        SelfContainedPage.POLICY,
                        SelfContainedPage.resource("report.css") + Share.styleSheet(),
                        comparison,
                        PageFormat.split(Split.ofId(comparison.split()).orElseThrow()),
                        comparison.models().accuracyInWords(),
                        comparison.models().loss().ofLosses(),
                        metrics,
                        recall,
                        settings(comparison),
                        epochs(comparison.first().epochs(), comparison.second().epochs())));
    }

    private static String text(Evaluation evaluation, Metric metric) {
        return evaluation.uncertainty(metric).orElse(null) instanceof Interval interval
                ? evaluation.text(metric) + " (" + interval.text() + ")"
                : evaluation.textWithError(metric);
    }

    /** An empty value would look like one that is missing, for which the page has a dash. */
    private static List<RunComparison.Difference> settings(RunComparison comparison) {
        return comparison.settings().stream()
                .map(setting ->
                        new RunComparison.Difference(setting.key(), shown(setting.first()), shown(setting.second())))
                .toList();
    }

    private static String shown(String value) {
        return value != null && value.isEmpty() ? "(empty)" : value;
    }

    private static String points(double first, double second) {
        return String.format(Locale.ROOT, "%+.1f", 100 * (second - first));
    }

    private static List<Epoch> epochs(List<EpochMetrics> first, List<EpochMetrics> second) {
        return IntStream.range(0, Math.max(first.size(), second.size()))
                .mapToObj(i -> new Epoch(
                        i + 1,
                        i < first.size() ? (Double) first.get(i).validationLoss() : null,
                        i < second.size() ? (Double) second.get(i).validationLoss() : null,
                        new Share(i < first.size() ? first.get(i).validationAccuracy() : Double.NaN),
                        new Share(i < second.size() ? second.get(i).validationAccuracy() : Double.NaN)))
                .toList();
    }
}
