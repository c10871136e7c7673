/**
 * Computes a {@link io.nightshift.engine.graph.Graph} on the processor, with oneDNN.
 *
 * <p>Start with {@link io.nightshift.engine.cpu.CpuEngine}, whose trainers and scorers compile a {@code Program} for
 * each batch size: calls of oneDNN's primitives on buffers that are allocated once. {@code kernel} has the operations,
 * {@code onednn} wraps the library.
 */
package io.nightshift.engine.cpu;
