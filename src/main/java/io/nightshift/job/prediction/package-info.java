/**
 * Holds the use cases of a trained model: the faces of images, of a video or a webcam, of a whole folder on Spark, and of
 * whoever asks by HTTP.
 */
package io.nightshift.job.prediction;
