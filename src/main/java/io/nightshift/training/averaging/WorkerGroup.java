package io.nightshift.training.averaging;

import io.nightshift.engine.Precision;

/**
 * The workers that train side by side.
 *
 * @param count     how many there are
 * @param threads   native threads of each
 * @param precision in which all of them compute activations and products
 */
public record WorkerGroup(int count, int threads, Precision precision) {}
