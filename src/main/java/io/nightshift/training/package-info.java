/**
 * Trains a network epoch after epoch on Spark: learning rate, early stopping, averaged weights, checkpoints, a second
 * try.
 *
 * <p>Start with {@link io.nightshift.training.TrainingLoop}, then {@link io.nightshift.training.EpochTrainer}.
 * {@code averaging} has one round of parameter averaging. May use {@code run}, {@code model} and below.
 */
package io.nightshift.training;
