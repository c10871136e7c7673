package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Metric;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The head of the page: outcome, accuracy, a few facts, and warnings.
 *
 * @param title    the outcome as a sentence
 * @param state    of the run, in lower case
 * @param reason   why the run failed or was rejected; empty otherwise
 * @param accuracy the sentence on accuracy, where something else is the title; empty otherwise
 * @param basis    the split that accuracy was measured on, and how far it can be trusted; empty without an evaluation
 * @param facts    a few words each
 * @param warnings limits of the metrics, a sentence each
 */
record Headline(
        String title,
        String state,
        String reason,
        String accuracy,
        String basis,
        List<String> facts,
        List<String> warnings) {

    static Headline of(Manifest manifest, List<EpochMetrics> epochs, List<SplitSection> results) {
        SplitSection measured = results.isEmpty() ? null : results.get(0);
        String accuracy = measured == null ? "" : accuracy(measured);
        boolean accuracyIsOutcome = manifest.state() == State.SUCCEEDED && measured != null;
        return new Headline(
                accuracyIsOutcome ? accuracy : outcome(manifest.state(), epochs.size()),
                manifest.state().name().toLowerCase(Locale.ROOT),
                manifest.reason() == null ? "" : manifest.reason(),
                accuracyIsOutcome ? "" : accuracy,
                measured == null ? "" : basis(measured, manifest),
                facts(manifest, epochs),
                warnings(manifest, epochs, measured));
    }

    private static String accuracy(SplitSection measured) {
        return String.format(
                Locale.ROOT,
                "Gets %s of the faces it %s right%s; always answering ‘%s’ would get %s.",
                measured.accuracy(),
                switch (measured.split()) {
                    case PRIVATE_TEST -> "has never seen";
                    case PUBLIC_TEST -> "was not trained on";
                    case TRAINING -> "was trained on";
                },
                measured.evaluation().metrics().containsKey(Metric.MAJORITY_VOTE_ACCURACY)
                        ? " (by the majority vote " + measured.text(Metric.MAJORITY_VOTE_ACCURACY) + ")"
                        : "",
                measured.majorityClass(),
                measured.text(Metric.MAJORITY_BASELINE));
    }

    private static String outcome(State state, int epochs) {
        return switch (state) {
            case RUNNING ->
                epochs == 0
                        ? "Still running: the first epoch has not ended."
                        : "Still running: " + PageFormat.counted(epochs, "epoch") + " done.";
            case FAILED ->
                epochs == 0
                        ? "Failed before the first epoch ended."
                        : "Failed after " + PageFormat.counted(epochs, "epoch") + ".";
            case REJECTED -> "Trained, but not good enough to be promoted.";
            case SUCCEEDED -> "Trained, but not measured.";
        };
    }

    private static String basis(SplitSection measured, Manifest manifest) {
        String examples = PageFormat.counted(measured.evaluation().examples(), "face");
        boolean chosen = manifest.training() != null && manifest.training().wasChosen();
        return switch (measured.split()) {
            case PRIVATE_TEST ->
                "Measured on the " + examples + " of private test, which neither trained the network "
                        + "nor chose its epoch.";
            case PUBLIC_TEST ->
                "Measured on the " + examples + " of public test"
                        + (chosen
                                ? ". They also chose the best epoch, which makes the accuracy a little too high."
                                : ", which neither trained the network nor chose its epoch.");
            case TRAINING -> "Measured on the " + examples + " of training.";
        };
    }

    private static List<String> facts(Manifest manifest, List<EpochMetrics> epochs) {
        List<String> facts = new ArrayList<>();
        if (!epochs.isEmpty()) {
            facts.add(PageFormat.counted(epochs.size(), "epoch"));
        }
        if (manifest.training() != null) {
            facts.add((manifest.training().wasChosen() ? "best epoch: " : "kept epoch: ")
                    + manifest.training().bestEpoch());
        }
        if (manifest.training() != null && manifest.training().wasRefit()) {
            facts.add("trained on public test too");
        }
        if (manifest.data() != null) {
            facts.add(PageFormat.counted(manifest.data().rows().used(), "face") + " used");
        }
        if (manifest.end() != null) {
            facts.add("took " + ProvenanceSection.duration(manifest));
        }
        return facts;
    }

    private static List<String> warnings(Manifest manifest, List<EpochMetrics> epochs, SplitSection measured) {
        List<String> warnings = new ArrayList<>();
        if (measured != null && measured.split() == Split.TRAINING) {
            warnings.add("Measured on the rows that it learned from, for want of a test split: this says nothing about "
                    + "how it does on new faces.");
        }
        if (measured != null
                && measured.evaluation().value(Metric.ACCURACY)
                        <= measured.evaluation().value(Metric.MAJORITY_BASELINE)) {
            warnings.add("No better than always giving the same answer: it has learned nothing of use.");
        }
        if (manifest.training() != null && manifest.training().wasRefit()) {
            warnings.add(
                    "Refitted: public test was trained on too, so that nothing could be validated while training, and "
                            + "no temperature was fitted. Its figures there would say nothing.");
        } else if (!epochs.isEmpty() && !LearningSection.validated(epochs)) {
            warnings.add("Without a public test split, nothing could be validated while training: neither early "
                    + "stopping nor the choice of the best epoch had anything to go by.");
        }
        return warnings;
    }
}
