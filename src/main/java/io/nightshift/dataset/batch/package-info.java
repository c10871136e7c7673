/**
 * Minibatches, and the examples of a split as an RDD of them.
 *
 * <p>Start with {@link io.nightshift.dataset.batch.Examples}; {@link io.nightshift.dataset.batch.NetworkInput} turns
 * pixels into a network's input, and needs no Spark.
 */
package io.nightshift.dataset.batch;
