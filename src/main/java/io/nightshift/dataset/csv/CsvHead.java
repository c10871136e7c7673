package io.nightshift.dataset.csv;

import java.util.OptionalInt;

/**
 * What the first lines of a CSV tell about the others.
 *
 * @param format  of all rows
 * @param side    rows and columns of the first row's image; unknown where there is none, or it is no square
 * @param isNamed whether the first row's label is a word
 */
public record CsvHead(RowFormat format, OptionalInt side, boolean isNamed) {}
