/**
 * Decides on retrained models and keeps the champion. {@link io.nightshift.retraining.DataChange} checks new data,
 * {@link io.nightshift.retraining.PromotionPolicy} compares challenger and champion, {@link
 * io.nightshift.retraining.Promotions} makes a run champion, {@link io.nightshift.retraining.Champions} is {@code
 * champion.json}. After a crash {@link io.nightshift.retraining.AbandonedRuns} and {@code Promotions} complete what
 * was begun; {@link io.nightshift.retraining.Retention} deletes old runs.
 *
 * <p>Uses {@code run}, {@code evaluation}, {@code model} and below; no Spark. Start reading with {@code Promotions}.
 */
package io.nightshift.retraining;
