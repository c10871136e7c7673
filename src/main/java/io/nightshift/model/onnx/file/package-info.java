/** Takes an ONNX file apart: nodes, their attributes, and constants, not yet understood. */
package io.nightshift.model.onnx.file;
