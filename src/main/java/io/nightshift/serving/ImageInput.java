package io.nightshift.serving;

/**
 * An image that a caller sent.
 *
 * @param name    by which the answer calls it; a text of the caller's, never a path that is read
 * @param content a PNG, JPEG, WebP or BMP file
 */
public record ImageInput(String name, byte[] content) {}
