/**
 * Computes single operations on the processor: a {@link io.nightshift.engine.cpu.kernel.Kernel} adds the calls of
 * oneDNN's primitives for an operation, on buffers that are allocated once, to a program.
 */
package io.nightshift.engine.cpu.kernel;
