/** Keeps the parameters of a network, which the programs of all batch sizes share, in the processor's memory. */
package io.nightshift.engine.cpu.parameters;
