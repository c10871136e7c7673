package io.nightshift.retraining;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.store.StoredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names the run whose model is in use, and the runs that were champion before: the content of {@code champion.json}.
 *
 * @param runId   the promoted run
 * @param model   URI of its model
 * @param bytes   the model's size
 * @param sha256  of the model
 * @param history all promotions, this one last
 */
@JsonPropertyOrder({"run_id", "model", "bytes", "sha256", "history"})
public record Champion(
        @JsonProperty("run_id") String runId, String model, long bytes, String sha256, List<Promotion> history) {

    /**
     * Records that a run became champion.
     *
     * @param runId  the run
     * @param before the champion that it replaced; null for the first one
     * @param by     the command: {@code retrain}, {@code runs promote} or {@code runs rollback}
     * @param reason why, in one line
     * @param time   ISO-8601, UTC
     * @param spent  what the comparisons with the champion before have spent ({@link FalsePromotionBudget}), because
     *               their runs may be deleted; null in files of earlier versions
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"run_id", "before", "by", "reason", "time", "spent"})
    public record Promotion(
            @JsonProperty("run_id") String runId, String before, String by, String reason, String time, Double spent) {
        /** The command that makes an earlier champion champion again. */
        public static final String ROLLBACK = "runs rollback";
    }

    /** Returns the champion after a promotion; {@code before} is null if there was none. */
    static Champion after(Champion before, String modelUri, StoredFile model, Promotion promotion) {
        List<Promotion> history = new ArrayList<>(before == null ? List.of() : before.history());
        history.add(promotion);
        return new Champion(promotion.runId(), modelUri, model.bytes(), model.sha256(), List.copyOf(history));
    }

    /**
     * Returns the run that a rollback makes champion again: the one that this champion replaced. Earlier rollbacks do
     * not count, so a second rollback goes back further.
     */
    public Optional<String> predecessor() {
        for (int i = history.size() - 1; i >= 0; i--) {
            Promotion promotion = history.get(i);
            if (promotion.runId().equals(runId) && !promotion.by().equals(Promotion.ROLLBACK)) {
                return Optional.ofNullable(promotion.before());
            }
        }
        return Optional.empty();
    }
}
