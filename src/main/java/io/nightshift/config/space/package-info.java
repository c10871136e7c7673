/**
 * The space in which {@code tune} searches: {@link io.nightshift.config.space.SearchSpace} holds a {@link
 * io.nightshift.config.space.Dimension} for each key that is varied, and {@link
 * io.nightshift.config.space.SearchSpaceFile} reads them.
 *
 * <p>Part of {@code config}. Start reading with {@code SearchSpace}.
 */
package io.nightshift.config.space;
