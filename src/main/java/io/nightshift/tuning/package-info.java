/**
 * Searches for a better recipe: {@link io.nightshift.tuning.TrialPlan} draws the configurations, {@link
 * io.nightshift.tuning.SuccessiveHalving} decides which of them is trained for how long, {@link
 * io.nightshift.tuning.Search} keeps all tasks busy, {@link io.nightshift.tuning.TrialTask} is one training on an
 * executor, and {@link io.nightshift.tuning.FinalComparison} measures the winner beside the recipe.
 *
 * <p>Uses {@code training}, {@code evaluation}, {@code engine}, {@code dataset} and {@code config}. Start reading with
 * {@code Search}.
 */
package io.nightshift.tuning;
