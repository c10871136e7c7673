/**
 * Decodes image files, turns them upright, and converts them for OpenCV.
 *
 * <p>Start with {@link io.nightshift.vision.image.ImageDecoder}, which takes files from untrusted sources.
 */
package io.nightshift.vision.image;
