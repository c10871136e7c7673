/**
 * Holds what is known while a graph of ONNX is read: what each name stands for, and the layers of DL4J that have come of
 * its nodes so far.
 */
package io.nightshift.model.onnx.layers;
