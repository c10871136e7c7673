/**
 * Scores many images as a Spark job. {@link io.nightshift.scoring.ScorePlan} assigns images to parts,
 * {@link io.nightshift.scoring.ScoreTask} runs on an executor, {@link io.nightshift.scoring.PartScorer} turns images
 * into JSON lines or Parquet. The job itself is {@code job.ScoreJob}.
 *
 * <p>Uses {@code inference}, {@code vision} and below. Start reading with {@code ScoreTask}.
 */
package io.nightshift.scoring;
