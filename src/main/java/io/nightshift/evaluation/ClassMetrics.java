package io.nightshift.evaluation;

/**
 * One class's row of an evaluation.
 *
 * @param name      the class, as the model's card has it
 * @param support   examples that are of this class
 * @param precision of those predicted to be of this class, the fraction that is; 0 when none was predicted
 * @param recall    of those that are of this class, the fraction found; 0 when there is none
 * @param f1        harmonic mean of precision and recall; 0 when both are 0
 */
public record ClassMetrics(String name, long support, double precision, double recall, double f1) {}
