package io.nightshift.ml.source;

import io.nightshift.dataset.HashSplit;

/**
 * How the rows of a DataFrame become examples.
 *
 * @param scales whether images of another size are scaled; otherwise they are rejected
 * @param hash   divides the rows; null where a column does, or all are trained on
 */
public record Division(boolean scales, HashSplit hash) {}
