package io.nightshift.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How good a model is on one split: the content of {@code evaluation/<split>.json}.
 *
 * @param split       {@link io.nightshift.dataset.Split#id()}
 * @param model       the evaluated model, and the views of an image that it was shown
 * @param examples    number of predicted examples
 * @param metrics     in the order of their declaration; unknown ones are missing
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
        List<ClassMetrics> classes,
        long[][] confusion,
        List<Prediction> mistakes,
        double temperature) {

    public Evaluation {
        Map<Metric, Double> ordered = new EnumMap<>(Metric.class);
        ordered.putAll(metrics);
        metrics = Collections.unmodifiableMap(ordered);
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

    /**
     * Returns the evaluation with the model's run and the checksum of its file, which may be written after the
     * evaluation.
     */
    public Evaluation ofFile(String runId, String sha256) {
        return of(new EvaluatedModel(model.uri(), runId, sha256, model.views()));
    }

    Evaluation of(EvaluatedModel evaluated) {
        return new Evaluation(split, evaluated, examples, metrics, classes, confusion, mistakes, temperature);
    }

    private static void putIfKnown(Map<String, Object> json, String key, Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    /** The fields of the JSON file, in their order. */
    @JsonValue
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("split", split);
        json.put("model", model.uri());
        putIfKnown(json, "model_run_id", model.runId());
        putIfKnown(json, "model_sha256", model.sha256());
        putIfKnown(json, "test_time_augmentation", model.views());
        json.put("examples", examples);
        metrics.forEach((metric, value) -> json.put(metric.key(), metric.json(value)));
        json.put("classes", classes);
        json.put("confusion", confusion);
        json.put("confusion_rows", "actual");
        return json;
    }
}
