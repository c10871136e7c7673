/**
 * Starts a training with another model's weights, some of them frozen, with a new output layer if the classes differ.
 *
 * <p>Start with {@link io.nightshift.model.transfer.Transfer}; the two kinds of network are the subclasses of
 * {@code PretrainedModel}.
 */
package io.nightshift.model.transfer;
