/**
 * Measures how good a model is on a split, on Spark: {@link io.nightshift.evaluation.Evaluator} predicts,
 * {@link io.nightshift.evaluation.ConfusionCounts} counts in each task, and {@link io.nightshift.evaluation.Evaluation}
 * holds the values. {@link io.nightshift.evaluation.statistics.McNemar} compares two models,
 * {@link io.nightshift.evaluation.Duplicates} finds test images that training has too.
 *
 * <p>To add a metric: add a constant to {@link io.nightshift.evaluation.Metric}; JSON, terminal and report list it.
 *
 * <p>Uses {@code model}, {@code engine}, {@code dataset} and {@code config}. Start reading with
 * {@link io.nightshift.evaluation.Metric}.
 */
package io.nightshift.evaluation;
