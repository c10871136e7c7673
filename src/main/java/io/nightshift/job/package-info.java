/**
 * Holds one use case per command, each a class that ends in {@code Job}. {@link io.nightshift.job.JobContext} opens what they share
 * (files, Spark), {@link io.nightshift.job.RunOpener} and {@link io.nightshift.job.RunSession} keep the manifest of a training, and
 * {@link io.nightshift.job.TrainingPipeline} leads from the CSV to an evaluated model.
 *
 * <p>Uses all rooms but {@code cli}. Start reading with {@link io.nightshift.job.TrainJob#run()}.
 */
package io.nightshift.job;
