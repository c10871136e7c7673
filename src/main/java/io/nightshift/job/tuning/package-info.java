/**
 * The steps of {@code TuneJob}: {@link io.nightshift.job.tuning.TrialTrainings} makes trainings as Spark tasks, {@link
 * io.nightshift.job.tuning.TuningFiles} keeps their results in the run's folder, {@link
 * io.nightshift.job.tuning.TuningOutcome} is what comes out.
 *
 * <p>Part of {@code job}. Start reading with {@code TrialTrainings}.
 */
package io.nightshift.job.tuning;
