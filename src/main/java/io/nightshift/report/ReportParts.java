package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects the content of the report while a job runs. */
public final class ReportParts {
    private final Map<Split, long[]> classCounts = new EnumMap<>(Split.class);
    private List<String> classes = List.of();
    private List<RejectedSample> rejected = List.of();
    private List<EpochMetrics> epochs = List.of();
    private List<Evaluation> evaluations = List.of();
    private Explanations explanations = Explanations.NONE;

    public void read(List<String> names, Map<Split, Examples> examples, List<RejectedSample> samples) {
        classes = names;
        examples.forEach((split, read) -> classCounts.put(split, read.classCounts()));
        rejected = samples;
    }

    public void trained(List<EpochMetrics> trained, List<Evaluation> evaluated) {
        epochs = trained;
        evaluations = evaluated;
    }

    public void explained(Explanations explained) {
        explanations = explained;
    }

    public ReportContent content(Manifest manifest, String configuration) {
        return new ReportContent(
                manifest, epochs, evaluations, explanations, classes, classCounts, rejected, configuration);
    }
}
