/**
 * Draws faces in the format of FER2013, for trials and tests without data.
 *
 * <p>Start with {@link io.nightshift.demo.DemoFaces}. May use {@code dataset} and below.
 */
package io.nightshift.demo;
