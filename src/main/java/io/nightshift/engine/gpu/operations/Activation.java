package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.graph.Shape;

/**
 * Buffers between two layers, of one minibatch: numbers of the step's precision, {@code [batch, height, width,
 * channels]}.
 *
 * @param shape    of one example
 * @param values   what the layer below computes
 * @param gradient of the loss with respect to it; null if nothing below learns
 */
record Activation(Shape shape, DeviceBuffer values, DeviceBuffer gradient) {}
