/**
 * Reads a CSV in the FER2013 format on Spark, and counts and keeps each row that cannot be used.
 *
 * <p>Start with {@link io.nightshift.dataset.csv.CsvReader}; {@code RowParser} has the rules for a row.
 */
package io.nightshift.dataset.csv;
