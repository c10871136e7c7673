/**
 * Writes models as ONNX, which other runtimes compute. The classes of ONNX's own format are ND4J's.
 *
 * <p>Start with {@link io.nightshift.model.onnx.OnnxExport}.
 */
package io.nightshift.model.onnx;
