package io.nightshift.tuning;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.evaluation.statistics.PairedDifference;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Compares the winner with the recipe that was there, on the same rows of PublicTest, after trainings of the same
 * compute with the same seeds.
 *
 * @param winner         its trial
 * @param rows           of PublicTest
 * @param recipe         accuracies of the recipe, by seed, in [0, 1]
 * @param found          accuracies of the winner, by seed
 * @param difference     of the mean accuracies, the winner's less the recipe's
 * @param standardError  of that difference, over the rows
 * @param lossDifference of the mean losses, the winner's less the recipe's, in nats
 * @param lossError      its standard error, over the rows
 * @param onlyRecipe     rows that the recipe gets right with more seeds than the winner
 * @param onlyWinner     rows that the winner gets right with more seeds than the recipe
 * @param pValue         of McNemar's exact test on those rows
 * @param ahead          whether the winner is more accurate, by whatever margin
 */
@JsonPropertyOrder({
    "winner",
    "ahead",
    "rows",
    "recipe",
    "found",
    "difference",
    "standard_error",
    "loss_difference",
    "loss_error",
    "only_recipe",
    "only_winner",
    "p_value"
})
public record FinalComparison(
        int winner,
        int rows,
        List<Double> recipe,
        List<Double> found,
        double difference,
        @JsonProperty("standard_error") double standardError,
        @JsonProperty("loss_difference") double lossDifference,
        @JsonProperty("loss_error") double lossError,
        @JsonProperty("only_recipe") long onlyRecipe,
        @JsonProperty("only_winner") long onlyWinner,
        @JsonProperty("p_value") double pValue,
        boolean ahead) {

    /**
     * Compares. Each row counts once, with the mean over its seeds: networks of several seeds make the same mistakes,
     * and counting these as if they were several rows would make every difference look certain.
     *
     * @param results of the winner and of trial 0, the recipe, with the same seeds; one that has diverged gets no row
     *                right
     */
    static FinalComparison of(int winner, List<TrialResult> results) {
        List<TrialResult> ofRecipe = of(results, 0);
        List<TrialResult> ofWinner = of(results, winner);
        int rows = results.stream()
                .filter(result -> result.publicTest() != null)
                .mapToInt(result -> result.publicTest().rows())
                .max()
                .orElse(0);
        double[] right = IntStream.range(0, rows)
                .mapToDouble(row -> rightShare(ofWinner, row) - rightShare(ofRecipe, row))
                .toArray();
        double[] losses = IntStream.range(0, rows)
                .mapToDouble(row -> meanLoss(ofWinner, row) - meanLoss(ofRecipe, row))
                .toArray();
        long onlyRecipe = IntStream.range(0, rows).filter(row -> right[row] < 0).count();
        long onlyWinner = IntStream.range(0, rows).filter(row -> right[row] > 0).count();
        PairedDifference accuracy = PairedDifference.of(right);
        PairedDifference loss = PairedDifference.of(losses);
        return new FinalComparison(
                winner,
                rows,
                accuracies(ofRecipe),
                accuracies(ofWinner),
                accuracy.mean(),
                accuracy.standardError(),
                loss.mean(),
                loss.standardError(),
                onlyRecipe,
                onlyWinner,
                new McNemar(onlyRecipe, onlyWinner).pValue(),
                accuracy.mean() > 0);
    }

    private static List<TrialResult> of(List<TrialResult> results, int trial) {
        return results.stream()
                .filter(result -> result.trial() == trial)
                .sorted(Comparator.comparing(TrialResult::seed))
                .toList();
    }

    private static List<Double> accuracies(List<TrialResult> results) {
        return results.stream()
                .map(result -> result.diverged() ? 0.0 : result.publicTest().accuracy())
                .toList();
    }

    private static double rightShare(List<TrialResult> results, int row) {
        return (double) results.stream()
                        .filter(result ->
                                !result.diverged() && result.publicTest().isRight(row))
                        .count()
                / results.size();
    }

    private static double meanLoss(List<TrialResult> results, int row) {
        return results.stream()
                .filter(result -> !result.diverged())
                .mapToDouble(result -> result.publicTest().losses()[row])
                .average()
                .orElse(Double.NaN);
    }

    /** Returns the mean accuracy of the recipe. */
    public double recipeAccuracy() {
        return recipe.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** Returns the mean accuracy of the winner. */
    public double foundAccuracy() {
        return found.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** Says whether the winner is ahead, and whether chance explains it. */
    public String sentence() {
        long seeds = IntStream.range(0, found.size())
                .filter(seed -> found.get(seed) > recipe.get(seed))
                .count();
        String numbers = String.format(
                Locale.ROOT,
                "%.1f points, standard error %.1f; more accurate with %d of %d seeds; p %s by the rows",
                100 * Math.abs(difference),
                100 * standardError,
                seeds,
                found.size(),
                McNemar.text(pValue));
        if (!ahead) {
            return "The winner is not ahead of the recipe: it is " + (difference < 0 ? "behind by " : "equal, ")
                    + numbers + ". Keep the recipe.";
        }
        return "The winner is ahead of the recipe by " + numbers + "."
                + (pValue > 0.05 ? " Chance alone may explain that." : "");
    }
}
