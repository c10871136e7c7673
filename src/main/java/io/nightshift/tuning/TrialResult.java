package io.nightshift.tuning;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Locale;
import java.util.Map;

/**
 * Records one training of a tuning: the content of its file in {@code trials/}. What is unknown is null.
 *
 * @param trial       from 0, the recipe itself
 * @param rung        from 1, the lowest; null for a training of the last comparison
 * @param seed        of everything random
 * @param compute     epochs, times the multiply-adds of the network over those of the recipe's
 * @param values      by key; those that vary on the top rung alone count there only
 * @param diverged    whether the training diverged
 * @param loss        on the held-out rows, calibrated, in nats
 * @param accuracy    on the held-out rows, in [0, 1]
 * @param temperature fitted on the held-out rows
 * @param trainLoss   of the last epoch
 * @param seconds     of the task
 * @param dataSha256  of the data
 * @param publicTest  on each row of PublicTest; null but for the last comparison
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "trial",
    "rung",
    "seed",
    "epochs",
    "compute",
    "values",
    "diverged",
    "loss",
    "accuracy",
    "temperature",
    "train_loss",
    "seconds",
    "data_sha256",
    "public_test"
})
public record TrialResult(
        int trial,
        Integer rung,
        long seed,
        int epochs,
        double compute,
        Map<String, String> values,
        boolean diverged,
        Double loss,
        Double accuracy,
        Double temperature,
        @JsonProperty("train_loss") Double trainLoss,
        double seconds,
        @JsonProperty("data_sha256") String dataSha256,
        @JsonProperty("public_test") PublicTestRows publicTest) {

    /** Returns the name of the file, which tells all trainings of a tuning apart. */
    @JsonIgnore
    public String fileName() {
        return fileName(trial, rung, seed);
    }

    static String fileName(int trial, Integer rung, long seed) {
        return rung == null
                ? String.format(Locale.ROOT, "final-trial-%04d-seed-%d.json", trial, seed)
                : String.format(Locale.ROOT, "rung-%d-trial-%04d.json", rung, trial);
    }

    /** Returns the loss by which trials are ranked: infinite for one that diverged. */
    @JsonIgnore
    public double rankingLoss() {
        return diverged || loss == null || loss.isNaN() ? Double.POSITIVE_INFINITY : loss;
    }

    /** Whether this is the training that a plan means: an earlier process may have had other settings. */
    boolean isOf(TrialResult planned) {
        return trial == planned.trial
                && seed == planned.seed
                && epochs == planned.epochs
                && values.equals(planned.values)
                && dataSha256.equals(planned.dataSha256);
    }
}
