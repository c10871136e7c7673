/**
 * Writes how the emotions of the faces in a video change: a CSV of all frames, and a picture.
 *
 * <p>Start with {@link io.nightshift.inference.timeline.Timeline}.
 */
package io.nightshift.inference.timeline;
