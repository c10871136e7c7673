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
 * @param model       URI of the evaluated model
 * @param examples    number of predicted examples
 * @param metrics     in the order of their declaration; unknown ones are missing
 * @param classes     a row per class, in label order
 * @param confusion   {@code confusion[actual][predicted]} counts
 * @param mistakes    the most confident mistakes, most confident first; for the report, not in the JSON
 * @param temperature divisor of the model's logits with the least loss; not in the JSON
 */
public record Evaluation(
        String split,
        String model,
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

    /** The fields of the JSON file, in their order. */
    @JsonValue
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("split", split);
        json.put("model", model);
        json.put("examples", examples);
        metrics.forEach((metric, value) -> json.put(metric.key(), metric.json(value)));
        json.put("classes", classes);
        json.put("confusion", confusion);
        json.put("confusion_rows", "actual");
        return json;
    }
}
