/**
 * Reads emotions from faces in a program of your own, without Spark and Hadoop.
 *
 * <p>Start with {@link io.nightshift.inference.EmotionModel}; {@link io.nightshift.inference.FacePrediction} joins it
 * with a detector. May use {@code vision}, {@code model} and below. {@code PredictionChart} needs XChart.
 */
package io.nightshift.inference;
