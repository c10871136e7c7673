/**
 * Computes layers on the card, forward and backward: one {@link io.nightshift.engine.gpu.operations.Operation} per kind
 * of layer, on buffers that are allocated once. {@link io.nightshift.engine.gpu.operations.OperationFactory} makes them
 * from a plan.
 */
package io.nightshift.engine.gpu.operations;
