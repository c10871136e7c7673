package io.nightshift.evaluation;

/**
 * Two models on the same examples.
 *
 * @param champion   figures of the one in use
 * @param challenger figures of the one that may replace it
 * @param discordant examples that only one of them gets right: the champion first, the challenger second
 */
public record ModelComparison(Evaluation champion, Evaluation challenger, McNemar discordant) {}
