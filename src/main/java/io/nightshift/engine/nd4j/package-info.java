/**
 * Replaces layers and optimiser of a live DL4J network by faster code with the same results, on libnd4j's operations.
 *
 * <p>Start with {@link io.nightshift.engine.nd4j.FastLayers} and {@link io.nightshift.engine.nd4j.FastUpdater}; each
 * other class is one layer, or a computation that layers share. Configuration, weights and optimiser state stay DL4J's.
 */
package io.nightshift.engine.nd4j;
