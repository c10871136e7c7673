/**
 * Writes models as ONNX, which other runtimes compute, and reads ONNX models of the operations that the engine knows.
 *
 * <p>Start with {@link io.nightshift.model.onnx.OnnxExport} and {@link io.nightshift.model.onnx.OnnxImport}. The classes
 * of ONNX's own format are ND4J's.
 */
package io.nightshift.model.onnx;
