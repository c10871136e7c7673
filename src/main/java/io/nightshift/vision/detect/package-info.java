/**
 * Finds faces on pictures and cuts them out for a network, with OpenCV.
 *
 * <p>Start with {@link io.nightshift.vision.detect.FaceFinder}; a new detector implements
 * {@link io.nightshift.vision.detect.FaceDetector}.
 */
package io.nightshift.vision.detect;
