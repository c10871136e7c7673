package io.nightshift.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import io.nightshift.evaluation.statistics.Uncertainty;
import io.nightshift.evaluation.statistics.Uncertainty.StandardError;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How good a model is on one split: the content of {@code evaluation/<split>.json}.
 *
 * @param split       {@link io.nightshift.dataset.Split#id()}
 * @param model       the evaluated model, and the views of an image that it was shown
 * @param examples    number of predicted examples
 * @param metrics     in the order of their declaration; unknown ones are missing
 * @param uncertainties of the metrics that are estimates of a fraction
 * @param classes     a row per class, in label order
 * @param confusion   {@code confusion[actual][predicted]} counts
 * @param mistakes    the most confident mistakes, most confident first; for the report, not in the JSON
 * @param temperature divisor of the model's logits with the least loss; not in the JSON
 */
public record Evaluation(
        String split,
        EvaluatedModel model,
        long examples,
        Map<Metric, Double> metrics,
        Map<Metric, Uncertainty> uncertainties,
        List<ClassMetrics> classes,
        long[][] confusion,
        List<Prediction> mistakes,
        double temperature) {

    public Evaluation {
        Map<Metric, Double> ordered = new EnumMap<>(Metric.class);
        ordered.putAll(metrics);
        metrics = Collections.unmodifiableMap(ordered);
        uncertainties = Map.copyOf(uncertainties);
    }

    /**
     * Returns the value of a metric.
     *
     * @throws IllegalArgumentException if it is unknown
     */
    public double value(Metric metric) {
        Double value = metrics.get(metric);
        if (value == null) {
            throw new IllegalArgumentException(metric.label() + " is unknown on " + split);
        }
        return value;
    }

    /** Formats the value of a metric for people. */
    public String text(Metric metric) {
        return metric.format(value(metric));
    }

    /** Returns how far the choice of rows moves a metric; empty where it is no estimate of a fraction. */
    public Optional<Uncertainty> uncertainty(Metric metric) {
        return Optional.ofNullable(uncertainties.get(metric));
    }

    /** Formats the value of a metric for people, with its standard error if it has one: {@code 62.5 % ± 0.8}. */
    public String textWithError(Metric metric) {
        return text(metric)
                + uncertainty(metric)
                        .filter(uncertainty -> uncertainty instanceof StandardError)
                        .map(error -> " " + error.text())
                        .orElse("");
    }

    /**
     * Returns the evaluation with the model's run and the checksum of its file, which may be written after the
     * evaluation.
     */
    public Evaluation ofFile(String runId, String sha256) {
        return of(new EvaluatedModel(model.uri(), runId, sha256, model.refit(), model.views()));
    }

    Evaluation of(EvaluatedModel evaluated) {
        return new Evaluation(
                split, evaluated, examples, metrics, uncertainties, classes, confusion, mistakes, temperature);
    }

    private static void putIfKnown(Map<String, Object> json, String key, Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    /** Returns the metrics and their uncertainties as fields of JSON. */
    public Map<String, Object> metricsJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        metrics.forEach((metric, value) -> {
            json.put(metric.key(), metric.json(value));
            uncertainty(metric)
                    .ifPresent(uncertainty -> json.put(metric.key() + uncertainty.keySuffix(), uncertainty.json()));
        });
        return json;
    }

    /** The fields of the JSON file, in their order. */
    @JsonValue
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("split", split);
        json.put("model", model.uri());
        putIfKnown(json, "model_run_id", model.runId());
        putIfKnown(json, "model_sha256", model.sha256());
        putIfKnown(json, "model_refit", model.refit() ? true : null);
        putIfKnown(json, "test_time_augmentation", model.views());
        json.put("examples", examples);
        json.putAll(metricsJson());
        json.put("classes", classes);
        json.put("confusion", confusion);
        json.put("confusion_rows", "actual");
        return json;
    }
}
