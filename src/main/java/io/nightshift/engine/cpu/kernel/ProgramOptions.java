package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;

/**
 * How a program is compiled.
 *
 * @param type         of activations and of weights in convolutions and products; parameters and gradients are floats
 * @param channelsLast whether images have their channels last; otherwise oneDNN chooses for each convolution
 */
public record ProgramOptions(Layout.Type type, boolean channelsLast) {}
