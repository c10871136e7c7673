/**
 * Builds the networks that {@code model.architecture} names.
 *
 * <p>Start with {@link io.nightshift.model.zoo.Architecture}: a new architecture is an entry there and a class beside
 * {@link io.nightshift.model.zoo.BlogCnn}.
 */
package io.nightshift.model.zoo;
