package io.nightshift.report;

/**
 * A row of the data that was not used.
 *
 * @param where  where to find it, for a person: a line number, or a file and an offset
 * @param reason why it was rejected, as counted in the manifest
 * @param text   the row, or as much of it as is worth showing; untrusted
 */
public record RejectedSample(String where, String reason, String text) {}
