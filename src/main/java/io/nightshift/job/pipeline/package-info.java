/**
 * Leads a run from the CSV to an evaluated model. {@link io.nightshift.job.pipeline.RunOpener} opens the run's folder,
 * {@link io.nightshift.job.pipeline.RunSession} keeps its manifest, and {@link
 * io.nightshift.job.pipeline.TrainingPipeline} has the two steps: prepare the data, fit the network.
 *
 * <p>Part of {@code job}; uses {@code job.context}. Start reading with {@code TrainingPipeline}.
 */
package io.nightshift.job.pipeline;
