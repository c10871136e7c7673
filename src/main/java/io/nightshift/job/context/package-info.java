/**
 * Opens and closes what every job needs: {@link io.nightshift.job.context.JobContext} holds settings, file systems and
 * Spark, {@link io.nightshift.job.context.JobProgress} tells the user how a job goes, and
 * {@link io.nightshift.job.context.Interruption} acts when the process is ended from outside.
 *
 * <p>Part of {@code job}. Start reading with {@code JobContext}.
 */
package io.nightshift.job.context;
