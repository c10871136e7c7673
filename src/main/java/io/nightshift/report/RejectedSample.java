package io.nightshift.report;

/**
 * A rejected row of the data.
 *
 * @param where  where it was: a line number, or a file and an offset
 * @param reason as in the manifest's counts
 * @param text   the row or its beginning; untrusted
 */
public record RejectedSample(String where, String reason, String text) {}
