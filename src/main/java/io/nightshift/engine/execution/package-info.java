/** Chooses what computes a network: the engine, or DL4J's own layers for a network that the engine does not know. */
package io.nightshift.engine.execution;
