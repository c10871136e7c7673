package io.nightshift.evaluation;

import io.nightshift.dataset.csv.CsvField;
import io.nightshift.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A file of an evaluation: the metrics as JSON or the confusion matrix as CSV. */
public record EvaluationFile(String name, byte[] content) {

    public static List<EvaluationFile> of(Evaluation evaluation) {
        return List.of(
                new EvaluationFile(evaluation.split() + ".json", Json.bytes(evaluation)),
                new EvaluationFile(
                        evaluation.split() + "-confusion.csv",
                        confusion(evaluation).getBytes(StandardCharsets.UTF_8)));
    }

    private static String confusion(Evaluation evaluation) {
        List<String> classes = evaluation.classes().stream()
                .map(metrics -> CsvField.of(metrics.name()))
                .toList();
        StringBuilder csv =
                new StringBuilder("actual,").append(String.join(",", classes)).append('\n');
        for (int actual = 0; actual < classes.size(); actual++) {
            csv.append(classes.get(actual))
                    .append(',')
                    .append(Arrays.stream(evaluation.confusion()[actual])
                            .mapToObj(Long::toString)
                            .collect(Collectors.joining(",")))
                    .append('\n');
        }
        return csv.toString();
    }
}
