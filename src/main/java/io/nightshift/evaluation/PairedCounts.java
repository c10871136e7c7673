package io.nightshift.evaluation;

import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.evaluation.statistics.PairedDifference;
import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Counts one task's predictions of two sides on the same examples, each one model or several, such as the same recipe
 * with other seeds. A side of several counts as their mean on each example. Counts of several tasks add up.
 */
final class PairedCounts implements Serializable {
    private static final long serialVersionUID = 1;

    /** The sum of differences, and of their squares. */
    private record Sums(double sum, double squares) implements Serializable {
        static final Sums NONE = new Sums(0, 0);

        Sums with(double difference) {
            return new Sums(sum + difference, squares + difference * difference);
        }

        Sums plus(Sums other) {
            return new Sums(sum + other.sum, squares + other.squares);
        }
    }

    private final List<ConfusionCounts> first;
    private final List<ConfusionCounts> second;
    private long onlyFirst;
    private long onlySecond;
    private Sums right = Sums.NONE;
    private Sums loss = Sums.NONE;

    private PairedCounts(List<ConfusionCounts> first, List<ConfusionCounts> second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Starts at 0.
     *
     * @param classes    names in label order
     * @param first      number of the first side's models
     * @param second     number of the second side's models
     * @param duplicates indices of examples that training has too; null if that is unknown
     */
    static PairedCounts empty(List<String> classes, int first, int second, BitSet duplicates) {
        return new PairedCounts(side(classes, first, duplicates), side(classes, second, duplicates));
    }

    private static List<ConfusionCounts> side(List<String> classes, int models, BitSet duplicates) {
        return IntStream.range(0, models)
                .mapToObj(model -> new ConfusionCounts(classes, 0, duplicates))
                .toList();
    }

    /**
     * Counts one example.
     *
     * @param byFirst  its prediction by each model of the first side
     * @param bySecond its prediction by each model of the second side
     */
    void add(List<Prediction> byFirst, List<Prediction> bySecond) {
        for (int model = 0; model < first.size(); model++) {
            first.get(model).add(byFirst.get(model));
        }
        for (int model = 0; model < second.size(); model++) {
            second.get(model).add(bySecond.get(model));
        }
        double moreRight = mean(bySecond, example -> Metric.ACCURACY.of(example, false))
                - mean(byFirst, example -> Metric.ACCURACY.of(example, false));
        onlyFirst += moreRight < 0 ? 1 : 0;
        onlySecond += moreRight > 0 ? 1 : 0;
        right = right.with(moreRight);
        loss = loss.with(mean(bySecond, example -> Metric.LOSS.of(example, false))
                - mean(byFirst, example -> Metric.LOSS.of(example, false)));
    }

    private static double mean(List<Prediction> predictions, ToDoubleFunction<Prediction> value) {
        return predictions.stream().mapToDouble(value).sum() / predictions.size();
    }

    PairedCounts plus(PairedCounts other) {
        PairedCounts sum = new PairedCounts(plus(first, other.first), plus(second, other.second));
        sum.onlyFirst = onlyFirst + other.onlyFirst;
        sum.onlySecond = onlySecond + other.onlySecond;
        sum.right = right.plus(other.right);
        sum.loss = loss.plus(other.loss);
        return sum;
    }

    private static List<ConfusionCounts> plus(List<ConfusionCounts> one, List<ConfusionCounts> other) {
        return IntStream.range(0, one.size())
                .mapToObj(model -> one.get(model).plus(other.get(model)))
                .toList();
    }

    /**
     * Compares the sides.
     *
     * @param firsts  the first side's models, in their order
     * @param seconds the second side's
     */
    ModelComparison comparison(String split, List<EvaluatedModel> firsts, List<EvaluatedModel> seconds) {
        long rows = first.get(0).examples();
        return new ModelComparison(
                evaluations(split, first, firsts),
                evaluations(split, second, seconds),
                new McNemar(onlyFirst, onlySecond),
                PairedDifference.of(right.sum(), right.squares(), rows),
                PairedDifference.of(loss.sum(), loss.squares(), rows));
    }

    private static List<Evaluation> evaluations(
            String split, List<ConfusionCounts> counts, List<EvaluatedModel> models) {
        return IntStream.range(0, counts.size())
                .mapToObj(model -> counts.get(model)
                        .evaluation(split, models.get(model).uri())
                        .of(models.get(model)))
                .toList();
    }
}
