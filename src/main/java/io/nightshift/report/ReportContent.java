package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import java.util.List;
import java.util.Map;

/**
 * What the page is made of. Anything that a run did not come to may be missing: a run that failed early has neither
 * epochs nor evaluations, and its manifest neither data nor training.
 *
 * @param manifest        the run as {@code run.json} will have it, but for the file list, which the page does not show
 * @param epochs          in order, as in {@code metrics.csv}
 * @param evaluations     of the best epoch's model, at most one per split, in any order
 * @param classes         names in label order
 * @param classCounts     used rows per split, in label order; splits without rows may be left out
 * @param rejectedSamples a few of the rejected rows; how many there were is in the manifest
 * @param configuration   the configuration in force, as HOCON, without its secrets: it is shown as it is
 */
public record ReportContent(
        Manifest manifest,
        List<EpochMetrics> epochs,
        List<Evaluation> evaluations,
        List<String> classes,
        Map<Split, long[]> classCounts,
        List<RejectedSample> rejectedSamples,
        String configuration) {}
