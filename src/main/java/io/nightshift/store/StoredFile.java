package io.nightshift.store;

/**
 * A file as it was written.
 *
 * @param path   relative to the folder that lists it, such as a run's
 * @param bytes  its size
 * @param sha256 of its content, in lower-case hexadecimal digits
 */
public record StoredFile(String path, long bytes, String sha256) {}
