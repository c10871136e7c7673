/**
 * Holds one use case per command, each a class that ends in {@code Job}. The training jobs open their run and train by
 * {@code job.pipeline}; those that use a model are in {@code job.prediction}. All jobs work with the files, the
 * progress and the Spark context of {@code job.context}.
 *
 * <p>Uses all rooms but {@code cli}. Start reading with {@link io.nightshift.job.TrainJob#run()}.
 */
package io.nightshift.job;
