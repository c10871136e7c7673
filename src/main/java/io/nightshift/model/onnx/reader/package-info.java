/**
 * Reads ONNX models of the operations that the engine knows: their nodes become DL4J's layers, by way of what
 * {@code file} and {@code layers} hold.
 *
 * <p>Start with {@link io.nightshift.model.onnx.reader.OnnxImport}; a new operation is an entry in {@code NetworkReader}.
 */
package io.nightshift.model.onnx.reader;
