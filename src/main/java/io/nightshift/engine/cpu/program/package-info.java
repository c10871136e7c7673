/**
 * Compiles a graph for one batch size: calls of oneDNN's primitives on buffers that are allocated once.
 *
 * <p>Start with {@link io.nightshift.engine.cpu.program.Program}; each operation has a kernel.
 */
package io.nightshift.engine.cpu.program;
