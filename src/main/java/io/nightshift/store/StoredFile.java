package io.nightshift.store;

/**
 * Names a file that was written, with its size and checksum.
 *
 * @param path   relative to the folder that lists it, such as a run's
 * @param bytes  its size
 * @param sha256 of its content, in lower-case hexadecimal digits
 */
public record StoredFile(String path, long bytes, String sha256) {}
