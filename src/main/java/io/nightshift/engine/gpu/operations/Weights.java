package io.nightshift.engine.gpu.operations;

/**
 * Addresses of a layer's parameters on the card, in the order in which cuDNN or cuBLAS takes them.
 *
 * @param bias            of the bias
 * @param biasGradient    of its gradient
 * @param weights         of the other parameters
 * @param weightGradients of their gradient
 */
record Weights(long bias, long biasGradient, long weights, long weightGradients) {}
