/** Computes the shape of every layer's output and where its parameters lie in DL4J's flat vector. Needs no card. */
package io.nightshift.engine.gpu.plan;
