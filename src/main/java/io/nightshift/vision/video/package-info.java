/**
 * Reads videos and cameras and writes videos, frame by frame. Needs JavaCV and FFmpeg.
 *
 * <p>Start with {@link io.nightshift.vision.video.VideoSource} and {@link io.nightshift.vision.video.VideoSink}.
 */
package io.nightshift.vision.video;
