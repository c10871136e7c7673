package io.nightshift.engine.gpu.convolution;

import io.nightshift.engine.gpu.cuda.Precision;

/**
 * How steps are computed.
 *
 * @param precision     of activations, and of products in convolutions and dense layers
 * @param deterministic whether a step gives the same bits again, in another process on such a card too; convolutions
 *                      may be slower
 */
public record StepOptions(Precision precision, boolean deterministic) {}
