/**
 * Starts Spark. {@link io.nightshift.spark.SparkStart} starts a context and divides the cores,
 * {@link io.nightshift.spark.SparkSubmit} submits a command to a cluster, {@link io.nightshift.spark.ClusterSettings}
 * checks and completes a cluster's settings, {@link io.nightshift.spark.WorkerComputation} asks executors what they compute with.
 *
 * <p>Uses {@code engine} and {@code config}. Start reading with {@code SparkStart}.
 */
package io.nightshift.spark;
