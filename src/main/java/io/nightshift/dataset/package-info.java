/**
 * The language of the data: classes, splits, rows, seeds, and the order of examples.
 *
 * <p>Start with {@link io.nightshift.dataset.Row} and {@link io.nightshift.dataset.Split}. {@code csv} reads files,
 * {@code votes} what people saw in their rows, {@code images} has grey images, {@code batch} minibatches,
 * {@code augment} their changes. May use {@code config} and {@code store}.
 */
package io.nightshift.dataset;
