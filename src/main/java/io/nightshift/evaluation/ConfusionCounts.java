package io.nightshift.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one task counts while it predicts: enough for all figures of an {@link Evaluation}, and as large for a million
 * examples as for one. Tallies add up.
 */
public final class ConfusionCounts implements Serializable {
    private static final long serialVersionUID = 1;
    /** DL4J's cross-entropy cuts scores off at this, so that one certain mistake does not make the loss infinite. */
    private static final double LEAST_SCORE = 1e-10;

    private static final Comparator<Prediction> MOST_CONFIDENT_FIRST =
            Comparator.comparingDouble(Prediction::confidence).reversed().thenComparingLong(Prediction::index);

    private final int keptMistakes;
    private final BitSet duplicates;
    private final List<String> classes;
    private final long[][] confusion;
    private List<Prediction> mistakes = new ArrayList<>();
    private Calibration calibration = new Calibration();
    private double lossSum;
    private long amongTwo;
    private long apart;
    private long apartRight;

    /** Counts nothing yet, and nobody has looked for duplicates. */
    public ConfusionCounts(List<String> classes, int keptMistakes) {
        this(classes, keptMistakes, null);
    }

    /**
     * Counts nothing yet.
     *
     * @param classes      names in label order
     * @param keptMistakes how many of the most confident mistakes are kept
     * @param duplicates   places of examples that training knows; null if nobody has looked for any
     */
    public ConfusionCounts(List<String> classes, int keptMistakes, BitSet duplicates) {
        this.classes = List.copyOf(classes);
        this.keptMistakes = keptMistakes;
        this.duplicates = duplicates;
        this.confusion = new long[classes.size()][classes.size()];
    }

    /**
     * Counts one prediction. Of equal scores the one with the lower label number comes first.
     *
     * @param example the example with its scores
     */
    public void add(Prediction example) {
        float[] scores = example.scores();
        int actual = example.actual();
        int predicted = example.predicted();
        long ahead = IntStream.range(0, scores.length)
                .filter(label -> scores[label] > scores[actual] || scores[label] == scores[actual] && label < actual)
                .count();
        confusion[actual][predicted]++;
        calibration.add(example);
        amongTwo += ahead < 2 ? 1 : 0;
        if (duplicates != null && !duplicates.get(Math.toIntExact(example.index()))) {
            apart++;
            apartRight += predicted == actual ? 1 : 0;
        }
        lossSum -= Math.log(Math.max(scores[actual], LEAST_SCORE));
        if (predicted != actual) {
            mistakes.add(example);
            // Sorted and cut now and then, so that memory stays flat.
            if (mistakes.size() > 2 * keptMistakes + 1_000) {
                mistakes = mostConfident(mistakes.stream());
            }
        }
    }

    /** This tally and another one. */
    ConfusionCounts plus(ConfusionCounts other) {
        ConfusionCounts sum = new ConfusionCounts(classes, keptMistakes, duplicates);
        for (int actual = 0; actual < confusion.length; actual++) {
            for (int predicted = 0; predicted < confusion.length; predicted++) {
                sum.confusion[actual][predicted] = confusion[actual][predicted] + other.confusion[actual][predicted];
            }
        }
        sum.lossSum = lossSum + other.lossSum;
        sum.amongTwo = amongTwo + other.amongTwo;
        sum.apart = apart + other.apart;
        sum.apartRight = apartRight + other.apartRight;
        sum.calibration = calibration.plus(other.calibration);
        sum.mistakes = mostConfident(Stream.concat(mistakes.stream(), other.mistakes.stream()));
        return sum;
    }

    private List<Prediction> mostConfident(Stream<Prediction> all) {
        return new ArrayList<>(
                all.sorted(MOST_CONFIDENT_FIRST).limit(keptMistakes).toList());
    }

    /** The figures. */
    public Evaluation evaluation(String split, String model) {
        long examples = Arrays.stream(confusion).flatMapToLong(Arrays::stream).sum();
        long right = IntStream.range(0, confusion.length)
                .mapToLong(label -> confusion[label][label])
                .sum();
        List<ClassMetrics> figures = IntStream.range(0, confusion.length)
                .mapToObj(label -> classFigures(classes.get(label), label))
                .toList();
        double macroF1 = IntStream.range(0, confusion.length)
                .filter(label -> figures.get(label).support() > 0 || predicted(label) > 0)
                .mapToDouble(label -> figures.get(label).f1())
                .average()
                .orElse(0);
        long majority = figures.stream().mapToLong(ClassMetrics::support).max().orElse(0);
        return new Evaluation(
                split,
                model,
                examples,
                lossSum / examples,
                fraction(right, examples),
                macroF1,
                fraction(amongTwo, examples),
                fraction(majority, examples),
                calibration.expectedError(),
                duplicates == null ? null : examples - apart,
                duplicates == null ? null : fraction(apartRight, apart),
                figures,
                confusion,
                "actual",
                mostConfident(mistakes.stream()),
                calibration.bestTemperature());
    }

    private ClassMetrics classFigures(String name, int label) {
        long support = Arrays.stream(confusion[label]).sum();
        long found = confusion[label][label];
        double precision = fraction(found, predicted(label));
        double recall = fraction(found, support);
        double f1 = found == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new ClassMetrics(name, support, precision, recall, f1);
    }

    private long predicted(int label) {
        return Arrays.stream(confusion).mapToLong(row -> row[label]).sum();
    }

    private static double fraction(long part, long whole) {
        return whole == 0 ? 0 : part / (double) whole;
    }
}
