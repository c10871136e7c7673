/**
 * Averages the parameters of workers: DL4J's master and worker, and what they send each other.
 *
 * <p>Start with {@link io.nightshift.training.averaging.RoundAveraging} (on the driver) and {@code RoundWorker} (on the
 * executors). This is the only package that uses {@code org.deeplearning4j.spark}.
 */
package io.nightshift.training.averaging;
