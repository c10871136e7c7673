/**
 * Changes images at random for training, and makes the views of an image for prediction.
 *
 * <p>Start with {@link io.nightshift.dataset.augment.Augmentation} and
 * {@link io.nightshift.dataset.augment.AugmentedViews}.
 */
package io.nightshift.dataset.augment;
