/**
 * The places that examples come from.
 *
 * <p>Start with {@link io.nightshift.job.source.ExampleSource}. Used by {@code job}, {@code job.pipeline} and {@code ml},
 * which has a source of its own for DataFrames.
 */
package io.nightshift.job.source;
