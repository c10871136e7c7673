package io.nightshift.job.pipeline;

import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.evaluation.Duplicates;
import io.nightshift.report.RejectedSample;
import io.nightshift.report.ReportParts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data of a run, in Spark's memory.
 *
 * @param schema       of the rows
 * @param examples     by split; a split without rows is absent, training is always there
 * @param duplicates   the images of a test split that are in training too, by test split; absent where nothing was
 *                     looked for
 * @param rejected     the first rejected rows, for the report
 * @param rejectedRows how many rows were rejected
 */
public record PreparedData(
        Schema schema,
        Map<Split, Examples> examples,
        Map<Split, Duplicates> duplicates,
        List<RejectedSample> rejected,
        long rejectedRows) {

    public Examples training() {
        return examples.get(Split.TRAINING);
    }

    /** Returns the examples that an epoch is chosen by, if there are any. */
    public Optional<Examples> validation() {
        return Optional.ofNullable(examples.get(Split.PUBLIC_TEST));
    }

    public Optional<Duplicates> duplicates(Examples tested) {
        return Optional.ofNullable(duplicates.get(tested.split()));
    }

    /** Collects what the report shows of the data and of a model that was trained on it. */
    public ReportParts report(FittedModel model) {
        ReportParts parts = new ReportParts();
        parts.read(schema.classes(), examples, rejected);
        parts.trained(model.outcome().epochs(), model.evaluations());
        parts.explained(model.explanations());
        return parts;
    }
}
