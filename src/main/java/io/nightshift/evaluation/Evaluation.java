package io.nightshift.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What a model does on one split, per class: the content of {@code evaluation/<split>.json}. Accuracies are fractions
 * in [0, 1].
 *
 * @param split            {@link io.nightshift.dataset.Split#id()}
 * @param model            URI of the model that was evaluated
 * @param examples         how many examples were predicted
 * @param loss             mean cross-entropy in nats, without regularisation terms
 * @param accuracy         fraction whose highest score is the actual class
 * @param macroF1          mean of the classes' F1 over the classes that occur, as actual or as predicted
 * @param top2Accuracy     fraction whose actual class is among the two highest scores
 * @param majorityBaseline accuracy of always answering the split's most frequent class
 * @param calibrationError expected calibration error: by how much confidence differs from accuracy, on average over the examples, in
 *                         15 bins of confidence
 * @param duplicates       examples that stand in training too, the same or nearly the same; null if nobody has looked for them
 * @param accuracyWithoutDuplicates accuracy on the others; null likewise
 * @param classes          a row per class, in label order
 * @param confusion        {@code confusion[actual][predicted]} counts
 * @param confusionRows    what a row of the confusion matrix is: {@code actual}
 * @param mistakes         the most confident mistakes, most confident first; for the report, not in the JSON
 * @param temperature      by which the model's logits would have to be divided for the least loss; not in the JSON
 */
// Jackson would put the renamed ones first.
@JsonPropertyOrder({
    "split",
    "model",
    "examples",
    "loss",
    "accuracy",
    "macro_f1",
    "top2_accuracy",
    "majority_baseline",
    "expected_calibration_error",
    "duplicates_of_training",
    "accuracy_without_duplicates",
    "classes",
    "confusion",
    "confusion_rows"
})
public record Evaluation(
        String split,
        String model,
        long examples,
        double loss,
        double accuracy,
        @JsonProperty("macro_f1") double macroF1,
        @JsonProperty("top2_accuracy") double top2Accuracy,
        @JsonProperty("majority_baseline") double majorityBaseline,
        @JsonProperty("expected_calibration_error") double calibrationError,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("duplicates_of_training")
        Long duplicates,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("accuracy_without_duplicates")
        Double accuracyWithoutDuplicates,

        List<ClassMetrics> classes,
        long[][] confusion,
        @JsonProperty("confusion_rows") String confusionRows,
        @JsonIgnore List<Prediction> mistakes,
        @JsonIgnore double temperature) {}
