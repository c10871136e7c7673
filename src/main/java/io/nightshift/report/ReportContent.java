package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import java.util.List;
import java.util.Map;

/**
 * The content of the page. Parts may be missing: a run that failed early has neither epochs nor evaluations, and its
 * manifest neither data nor training.
 *
 * @param manifest        as in {@code run.json}, except for the list of files
 * @param epochs          in order, as in {@code metrics.csv}
 * @param evaluations     of the kept epoch's model, at most one per split, in any order
 * @param explanations    of the labels in these evaluations
 * @param classes         names in label order
 * @param classCounts     used rows per split, in label order; splits without rows may be left out
 * @param rejectedSamples a few of the rejected rows; the manifest has their number
 * @param configuration   as HOCON, already without secrets: the page shows it unchanged
 */
public record ReportContent(
        Manifest manifest,
        List<EpochMetrics> epochs,
        List<Evaluation> evaluations,
        Explanations explanations,
        List<String> classes,
        Map<Split, long[]> classCounts,
        List<RejectedSample> rejectedSamples,
        String configuration) {}
