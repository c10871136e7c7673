package io.nightshift.job.tuning;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.tuning.FinalComparison;
import io.nightshift.tuning.Influence;
import io.nightshift.tuning.TrialResult;
import java.util.List;

/**
 * What a tuning found: the content of {@code trials.json}.
 *
 * @param winner     the best training of the highest rung
 * @param comparison of the winner with the recipe; null if the recipe itself is the winner
 * @param influences of the dimensions
 * @param trials     all trainings of the search, rung by rung
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"verdict", "winner", "comparison", "influences", "trials"})
public record TuningOutcome(
        TrialResult winner, FinalComparison comparison, List<Influence> influences, List<TrialResult> trials) {

    /** Says in a sentence or two whether the winner is better than the recipe. */
    @JsonProperty
    public String verdict() {
        return comparison == null
                ? "No trial was better than the recipe on the held-out rows. Keep the recipe."
                : comparison.sentence();
    }
}
