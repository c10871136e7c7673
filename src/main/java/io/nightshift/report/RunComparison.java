package io.nightshift.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.ModelComparison;
import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.run.EpochMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Two runs side by side, with their models evaluated on the same rows.
 *
 * @param data       whose rows they are
 * @param first      one run
 * @param second     the other
 * @param models     of the runs on these rows
 * @param settings   those that differ, sorted by key
 */
public record RunComparison(
        String data, Contestant first, Contestant second, ModelComparison models, List<Difference> settings) {

    /**
     * One of the runs.
     *
     * @param bestEpoch  whose model it is
     * @param epochs     metrics of every epoch
     * @param evaluation of the model on the rows
     */
    public record Contestant(String runId, int bestEpoch, List<EpochMetrics> epochs, Evaluation evaluation) {}

    /**
     * A setting, or another fact, that differs.
     *
     * @param first  value of the first run; null where it has none
     * @param second value of the second
     */
    @JsonPropertyOrder({"key", "first", "second"})
    public record Difference(String key, String first, String second) {

        /** Returns the entries that differ, sorted by key. */
        public static List<Difference> between(Map<String, String> first, Map<String, String> second) {
            TreeSet<String> keys = new TreeSet<>(first.keySet());
            keys.addAll(second.keySet());
            return keys.stream()
                    .map(key -> new Difference(key, first.get(key), second.get(key)))
                    .filter(difference -> difference.first == null || !difference.first.equals(difference.second))
                    .toList();
        }
    }

    /** Returns the split that the rows are of, as {@link io.nightshift.dataset.Split#id()}. */
    public String split() {
        return first.evaluation().split();
    }

    /** Returns the number of rows. */
    public long examples() {
        return first.evaluation().examples();
    }

    /** Returns the numbers of rows that only one of the models gets right. */
    public McNemar discordant() {
        return models.discordant();
    }

    @JsonPropertyOrder({"epoch", "train_loss", "validation_loss", "validation_accuracy"})
    private record Epoch(
            int epoch,
            @JsonProperty("train_loss") Double trainLoss,
            @JsonProperty("validation_loss") Double validationLoss,
            @JsonProperty("validation_accuracy") Double validationAccuracy) {}

    /** The fields of the JSON, in their order. */
    @JsonValue
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", data);
        json.put("split", split());
        json.put("examples", examples());
        json.put("first", json(first));
        json.put("second", json(second));
        json.putAll(models.differenceJson());
        json.put("settings", settings);
        return json;
    }

    private static Map<String, Object> json(Contestant run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run_id", run.runId());
        json.put("best_epoch", run.bestEpoch());
        json.putAll(run.evaluation().metricsJson());
        Map<String, Double> recall = new LinkedHashMap<>();
        for (ClassMetrics row : run.evaluation().classes()) {
            recall.put(row.name(), row.recall());
        }
        json.put("recall", recall);
        List<Epoch> epochs = new ArrayList<>();
        for (EpochMetrics epoch : run.epochs()) {
            epochs.add(new Epoch(
                    epoch.epoch(),
                    EmbeddedJson.number(epoch.trainLoss()),
                    EmbeddedJson.number(epoch.validationLoss()),
                    EmbeddedJson.number(epoch.validationAccuracy())));
        }
        json.put("epochs", epochs);
        return json;
    }
}
