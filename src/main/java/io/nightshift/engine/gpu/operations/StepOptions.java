package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.TrainingStep;
import io.nightshift.engine.gpu.cuda.Precision;

/**
 * How a {@link TrainingStep} computes.
 *
 * @param precision     of convolutions and dense layers
 * @param channelsLast  whether images lie on the card with their channels together
 * @param dropout       whether dropout is applied
 * @param seed          of dropout
 * @param deterministic whether each step must give the same bits again; convolutions may be slower
 */
public record StepOptions(
        Precision precision, boolean channelsLast, boolean dropout, long seed, boolean deterministic) {}
