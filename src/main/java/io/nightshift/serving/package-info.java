/**
 * Answers requests for predictions while they come in: images are decoded and searched on a bounded number of threads,
 * and the faces of different requests go through the network together. The model can be replaced meanwhile.
 *
 * <p>{@code serving.http} puts HTTP and the page around it. Start reading with
 * {@link io.nightshift.serving.PredictionService}.
 */
package io.nightshift.serving;
