package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.Prediction;
import io.nightshift.evaluation.statistics.Uncertainty;
import io.nightshift.inference.explain.HeatMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The evaluation of the model on one split. */
record SplitSection(
        Split split,
        Evaluation evaluation,
        List<Tile> metrics,
        ConfusionHeatMap confusion,
        List<ClassRow> classes,
        List<MistakeCard> mistakes,
        List<MeanCard> means,
        boolean first) {

    /**
     * @param error how far the choice of rows moves the value; empty if that is unknown
     * @param main  whether it is shown larger than the others
     */
    record Tile(String label, String value, String error, String errorName, String hint, boolean main) {}

    /** {@link ClassMetrics} with fractions that can be drawn as bars. */
    record ClassRow(String label, long support, Share precision, Share recall, Share f1) {}

    /** @param heat map of what spoke for the predicted class; null if it was not computed */
    record MistakeCard(String image, String heat, long index, String actual, String predicted, List<Score> scores) {}

    /** The mean of some faces that were got right, and of their heat maps. */
    record MeanCard(String image, String heat, String label, String faces, String method) {}

    /** @param style {@code actual}, {@code predicted} or nothing */
    record Score(String label, Share share, String style) {}

    /**
     * Makes a section per evaluation. The split that training used least comes first: it tells most about new faces.
     */
    static List<SplitSection> of(List<Evaluation> evaluations, Explanations explanations) {
        List<Evaluation> ordered = evaluations.stream()
                .sorted(Comparator.comparing(SplitSection::splitOf).reversed())
                .toList();
        List<SplitSection> results = new ArrayList<>();
        for (Evaluation evaluation : ordered) {
            List<ClassRow> classes = evaluation.classes().stream()
                    .map(metrics -> new ClassRow(
                            metrics.name(),
                            metrics.support(),
                            new Share(metrics.precision()),
                            new Share(metrics.recall()),
                            new Share(metrics.f1())))
                    .toList();
            List<HeatMap> maps = explanations.mistakes().getOrDefault(evaluation.split(), List.of());
            List<MistakeCard> mistakes = IntStream.range(
                            0, evaluation.mistakes().size())
                    .mapToObj(i -> card(
                            evaluation.mistakes().get(i),
                            i < maps.size() ? PngDataUri.of(maps.get(i)) : null,
                            evaluation.classes()))
                    .toList();
            results.add(new SplitSection(
                    splitOf(evaluation),
                    evaluation,
                    // All splits have the same columns in the table that compares them.
                    tiles(evaluation, ordered.get(0).metrics().keySet()),
                    ConfusionHeatMap.of(evaluation),
                    classes,
                    mistakes,
                    evaluation.split().equals(explanations.split())
                            ? means(explanations, evaluation.classes())
                            : List.of(),
                    results.isEmpty()));
        }
        return results;
    }

    private static List<MeanCard> means(Explanations explanations, List<ClassMetrics> classes) {
        return explanations.classes().stream()
                .map(mean -> new MeanCard(
                        PngDataUri.of(mean.face()),
                        PngDataUri.of(mean.map()),
                        classes.get(mean.label()).name(),
                        PageFormat.counted(mean.examples(), "face"),
                        mean.map().method().label()))
                .toList();
    }

    public String name() {
        return PageFormat.split(split);
    }

    /** Whether heat maps of mistakes are shown. */
    public boolean explained() {
        return mistakes.stream().anyMatch(mistake -> mistake.heat() != null);
    }

    /** Accuracy first, because it is what most readers look for; the others in the order of their declaration. */
    private static List<Tile> tiles(Evaluation evaluation, Set<Metric> shown) {
        return shown.stream()
                .sorted(Comparator.comparing(metric -> metric != Metric.ACCURACY))
                .map(metric -> new Tile(
                        capitalised(metric.label()),
                        evaluation.metrics().containsKey(metric) ? text(evaluation, metric) : PageFormat.UNKNOWN,
                        evaluation
                                .uncertainty(metric)
                                .map(Uncertainty::text)
                                .map(SplitSection::unbroken)
                                .orElse(""),
                        evaluation.uncertainty(metric).map(Uncertainty::name).orElse(""),
                        metric.hint(),
                        metric == Metric.ACCURACY))
                .toList();
    }

    private static String text(Evaluation evaluation, Metric metric) {
        return unbroken(evaluation.text(metric));
    }

    private static String unbroken(String text) {
        return text.replace(' ', '\u00a0');
    }

    /** Formats a metric with its standard error. */
    String text(Metric metric) {
        return unbroken(evaluation.textWithError(metric));
    }

    public String accuracy() {
        return text(Metric.ACCURACY);
    }

    private static String capitalised(String label) {
        return Character.toUpperCase(label.charAt(0)) + label.substring(1);
    }

    /** The class that the majority baseline always answers. */
    public String majorityClass() {
        return evaluation.classes().stream()
                .max(Comparator.comparingLong(ClassMetrics::support))
                .map(ClassMetrics::name)
                .orElseThrow();
    }

    private static Split splitOf(Evaluation evaluation) {
        return Split.ofId(evaluation.split()).orElseThrow();
    }

    private static MistakeCard card(Prediction mistake, String heat, List<ClassMetrics> classes) {
        List<Score> scores = new ArrayList<>();
        for (int label = 0; label < mistake.scores().length; label++) {
            String style = label == mistake.actual() ? "actual" : label == mistake.predicted() ? "predicted" : "";
            scores.add(new Score(classes.get(label).name(), new Share(mistake.scores()[label]), style));
        }
        return new MistakeCard(
                PngDataUri.of(mistake.pixels()),
                heat,
                mistake.index(),
                classes.get(mistake.actual()).name(),
                classes.get(mistake.predicted()).name(),
                scores);
    }
}
