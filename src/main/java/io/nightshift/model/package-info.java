/**
 * Scores images with a network and its description.
 *
 * <p>Start with {@link io.nightshift.model.TrainedModel}. {@code zoo} has the architectures, {@code io} files and
 * cards, {@code keras} the import, {@code transfer} training from another model's weights, {@code ensemble} several models
 * as one. May use {@code engine} and below; needs no Spark and no Hadoop.
 */
package io.nightshift.model;
