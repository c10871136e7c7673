/** Computes networks that are configured in DL4J: one package per kind of processor. */
package io.nightshift.engine;
