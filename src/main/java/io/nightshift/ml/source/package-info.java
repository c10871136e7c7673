/**
 * Turns the rows of a DataFrame into the rows that {@code job} trains on, whatever form its images have.
 *
 * <p>Part of {@code ml}. Start with {@link io.nightshift.ml.source.DataFrameSource};
 * {@link io.nightshift.ml.source.ImageColumn} turns a column into images.
 */
package io.nightshift.ml.source;
