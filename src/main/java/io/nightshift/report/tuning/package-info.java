/**
 * The page about a tuning: {@link io.nightshift.report.tuning.TuningPage} renders it, {@link
 * io.nightshift.report.tuning.TuningContent} is what it shows, and {@link
 * io.nightshift.report.tuning.ParallelCoordinates} draws the trials.
 *
 * <p>Part of {@code report}. Start reading with {@code TuningPage}.
 */
package io.nightshift.report.tuning;
