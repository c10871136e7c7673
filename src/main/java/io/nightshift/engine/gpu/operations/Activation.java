package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.plan.NetworkPlan;

/**
 * Buffers between two layers, of one minibatch.
 *
 * @param shape    of one example
 * @param values   what the layer below computes
 * @param gradient of the loss with respect to it; null if nothing below learns
 */
record Activation(NetworkPlan.Shape shape, DeviceBuffer values, DeviceBuffer gradient) {}
