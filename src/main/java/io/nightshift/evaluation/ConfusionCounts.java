package io.nightshift.evaluation;

import io.nightshift.evaluation.statistics.Uncertainty;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Counts one task's predictions: enough for every {@link Metric}, and as large for a million examples as for one.
 * Counts of several tasks add up.
 */
public final class ConfusionCounts implements Serializable {
    private static final long serialVersionUID = 1;

    private static final Comparator<Prediction> MOST_CONFIDENT_FIRST =
            Comparator.comparingDouble(Prediction::confidence).reversed().thenComparingLong(Prediction::index);

    private final int keptMistakes;
    private final BitSet duplicates;
    private final List<String> classes;
    private final long[][] confusion;
    private final long[][] duplicatesConfusion;
    private final double[] sums = new double[Metric.values().length];
    private List<Prediction> mistakes = new ArrayList<>();
    private Calibration calibration = new Calibration();
    private long examples;

    /** Starts at 0, without knowledge of duplicates. */
    public ConfusionCounts(List<String> classes, int keptMistakes) {
        this(classes, keptMistakes, null);
    }

    /**
     * Starts at 0.
     *
     * @param classes      names in label order
     * @param keptMistakes number of most confident mistakes that are kept
     * @param duplicates   indices of examples that training has too; null if that is unknown
     */
    public ConfusionCounts(List<String> classes, int keptMistakes, BitSet duplicates) {
        this.classes = List.copyOf(classes);
        this.keptMistakes = keptMistakes;
        this.duplicates = duplicates;
        this.confusion = new long[classes.size()][classes.size()];
        this.duplicatesConfusion = new long[classes.size()][classes.size()];
    }

    /** Counts one prediction. */
    public void add(Prediction example) {
        boolean duplicate = knowsDuplicates() && duplicates.get(Math.toIntExact(example.index()));
        examples++;
        confusion[example.actual()][example.predicted()]++;
        if (duplicate) {
            duplicatesConfusion[example.actual()][example.predicted()]++;
        }
        calibration.add(example);
        for (Metric metric : Metric.values()) {
            sums[metric.ordinal()] += metric.of(example, duplicate);
        }
        if (!example.isRight()) {
            mistakes.add(example);
            // Sorted and cut from time to time, which bounds the memory.
            if (mistakes.size() > 2 * keptMistakes + 1_000) {
                mistakes = mostConfident(mistakes.stream());
            }
        }
    }

    /** Returns the sum of these counts and others. */
    ConfusionCounts plus(ConfusionCounts other) {
        ConfusionCounts sum = new ConfusionCounts(classes, keptMistakes, duplicates);
        add(sum.confusion, confusion, 1);
        add(sum.confusion, other.confusion, 1);
        add(sum.duplicatesConfusion, duplicatesConfusion, 1);
        add(sum.duplicatesConfusion, other.duplicatesConfusion, 1);
        Arrays.setAll(sum.sums, metric -> sums[metric] + other.sums[metric]);
        sum.examples = examples + other.examples;
        sum.calibration = calibration.plus(other.calibration);
        sum.mistakes = mostConfident(Stream.concat(mistakes.stream(), other.mistakes.stream()));
        return sum;
    }

    private static void add(long[][] sum, long[][] counts, int factor) {
        for (int actual = 0; actual < sum.length; actual++) {
            for (int predicted = 0; predicted < sum.length; predicted++) {
                sum[actual][predicted] += factor * counts[actual][predicted];
            }
        }
    }

    private List<Prediction> mostConfident(Stream<Prediction> all) {
        return new ArrayList<>(
                all.sorted(MOST_CONFIDENT_FIRST).limit(keptMistakes).toList());
    }

    /** Returns {@code confusion[actual][predicted]} of all examples. */
    long[][] confusion() {
        return confusion;
    }

    /** Returns {@code confusion[actual][predicted]} of the examples that training does not have. */
    long[][] confusionWithoutDuplicates() {
        long[][] others = new long[confusion.length][confusion.length];
        add(others, confusion, 1);
        add(others, duplicatesConfusion, -1);
        return others;
    }

    long examples() {
        return examples;
    }

    /** Returns the sum over all examples of what each of them adds to a metric. */
    double sum(Metric metric) {
        return sums[metric.ordinal()];
    }

    Calibration calibration() {
        return calibration;
    }

    boolean knowsDuplicates() {
        return duplicates != null;
    }

    /** Returns the metrics of each class, in label order. */
    List<ClassMetrics> classes() {
        return IntStream.range(0, classes.size())
                .mapToObj(label -> ClassMetrics.of(classes.get(label), label, confusion))
                .toList();
    }

    /** Computes all metrics. */
    public Evaluation evaluation(String split, String model) {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        Map<Metric, Uncertainty> uncertainties = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            if (metric.isKnown(this)) {
                metrics.put(metric, metric.value(this));
                metric.uncertainty(this).ifPresent(uncertainty -> uncertainties.put(metric, uncertainty));
            }
        }
        return new Evaluation(
                split,
                EvaluatedModel.at(model),
                examples,
                metrics,
                uncertainties,
                classes(),
                confusion,
                mostConfident(mistakes.stream()),
                calibration.bestTemperature());
    }
}
