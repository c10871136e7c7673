package io.nightshift.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.evaluation.statistics.PairedDifference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The evaluations of two sides on the same examples, each one model or several of the same recipe with other seeds. A
 * side of several counts as their mean on each example.
 *
 * @param firsts     of the first side, such as the model in use
 * @param seconds    of the second side, such as the model that may replace it
 * @param discordant numbers of examples that only one side gets right, or more of its models than of the other's
 * @param accuracy   what the second side has more than the first
 * @param loss       what the second side has more than the first, in nats
 */
public record ModelComparison(
        List<Evaluation> firsts,
        List<Evaluation> seconds,
        McNemar discordant,
        PairedDifference accuracy,
        PairedDifference loss) {
    /** The largest p-value that is called a difference. */
    private static final double SIGNIFICANCE = 0.05;

    /** Compares one model with another. The difference of accuracies follows from the examples that one gets right. */
    public static ModelComparison of(
            Evaluation champion, Evaluation challenger, McNemar discordant, PairedDifference loss) {
        double onlyFirst = discordant.onlyFirst();
        double onlySecond = discordant.onlySecond();
        return new ModelComparison(
                List.of(champion),
                List.of(challenger),
                discordant,
                PairedDifference.of(onlySecond - onlyFirst, onlySecond + onlyFirst, champion.examples()),
                loss);
    }

    /** Returns the first side's model, or its first one. */
    public Evaluation champion() {
        return firsts.get(0);
    }

    /** Returns the second side's model, or its first one. */
    public Evaluation challenger() {
        return seconds.get(0);
    }

    /** Whether each side is one model. */
    private boolean isPair() {
        return firsts.size() == 1 && seconds.size() == 1;
    }

    /**
     * Says how accurate the second side is against the first: {@code ahead by 0.6 points ± 0.4 (McNemar p = 0.12): no
     * proof of a difference}.
     */
    public String accuracyInWords() {
        double points = 100 * accuracy.mean();
        return String.format(
                Locale.ROOT,
                "%s ± %.1f (%s p %s): %s",
                points == 0
                        ? "level"
                        : String.format(
                                Locale.ROOT, "%s by %.1f points", points > 0 ? "ahead" : "behind", Math.abs(points)),
                100 * accuracy.standardError(),
                isPair() ? "McNemar" : "sign test over rows,",
                McNemar.text(discordant.pValue()),
                discordant.pValue() <= SIGNIFICANCE ? "more than chance explains" : "no proof of a difference");
    }

    /**
     * Says how far models of one side differ, which the rows do not tell: the standard deviation of their accuracies, of
     * the second side first. Empty where neither side has several.
     */
    public Optional<String> seedsInWords() {
        return isPair()
                ? Optional.empty()
                : Optional.of(String.format(
                        "the models' accuracies differ by %s points among themselves, the others' by %s (standard "
                                + "deviation)",
                        deviation(seconds), deviation(firsts)));
    }

    private static String deviation(List<Evaluation> side) {
        double mean = side.stream()
                .mapToDouble(its -> its.value(Metric.ACCURACY))
                .average()
                .orElseThrow();
        double squares = side.stream()
                .mapToDouble(its -> Math.pow(its.value(Metric.ACCURACY) - mean, 2))
                .sum();
        return side.size() < 2
                ? "an unknown number of"
                : String.format(Locale.ROOT, "%.1f", 100 * Math.sqrt(squares / (side.size() - 1)));
    }

    /** Returns the differences as fields of JSON. */
    public Map<String, Object> differenceJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("accuracy_difference", accuracy.mean());
        json.put("accuracy_difference_standard_error", accuracy.standardError());
        json.put("loss_difference", loss.mean());
        json.put("loss_difference_standard_error", loss.standardError());
        json.put("only_first", discordant.onlyFirst());
        json.put("only_second", discordant.onlySecond());
        json.put("p_value", discordant.pValue());
        return json;
    }

    /** The fields of the JSON, in their order. */
    @JsonValue
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("first", firsts);
        json.put("second", seconds);
        json.putAll(differenceJson());
        return json;
    }
}
