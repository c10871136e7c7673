/**
 * Joins the server with an output directory: {@link io.nightshift.job.serving.ChampionFollower} takes up promotions,
 * and {@link io.nightshift.job.serving.OutputRuns} shows the runs.
 *
 * <p>Part of {@code job}, because {@code serving} and {@code retraining} stand on one floor.
 */
package io.nightshift.job.serving;
