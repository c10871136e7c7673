/**
 * Runs DL4J's networks: chooses the processor or a graphics card, limits native threads, and wraps the two kinds of
 * network.
 *
 * <p>Start with {@link io.nightshift.engine.Network}; {@link io.nightshift.engine.Backend} must be asked before any
 * class of ND4J is loaded. {@code engine.execution} chooses what computes a network; {@code engine.gpu} is an engine on cuDNN that training
 * does not use yet. May use {@code config} and {@code dataset}; needs no Spark.
 */
package io.nightshift.engine;
