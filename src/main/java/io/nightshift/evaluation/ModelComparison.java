package io.nightshift.evaluation;

/**
 * The evaluations of two models on the same examples.
 *
 * @param champion   of the model in use
 * @param challenger of the model that may replace it
 * @param discordant numbers of examples that only one of them gets right: the champion first, the challenger second
 */
public record ModelComparison(Evaluation champion, Evaluation challenger, McNemar discordant) {}
