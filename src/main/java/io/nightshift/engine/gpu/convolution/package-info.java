/**
 * A layer's convolution by cuDNN: its descriptors, the choice of algorithms, and the calls forward and backward.
 *
 * <p>Start with {@link io.nightshift.engine.gpu.convolution.Convolution}.
 */
package io.nightshift.engine.gpu.convolution;
