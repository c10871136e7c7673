package io.nightshift.dataset.csv;

import java.io.Serializable;

/**
 * A row that is not used, as it is reported.
 *
 * @param line   number of the line in the file (decompressed), from 1
 * @param reason why, in words
 * @param text   its first 200 characters
 */
public record RejectedLine(long line, String reason, String text) implements Serializable {}
