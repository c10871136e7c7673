/**
 * What a network computes, read from DL4J's configuration: operations with fixed shapes, and where each finds its
 * parameters in DL4J's flat vector. It computes nothing itself; {@code engine.cpu} does.
 *
 * <p>Start with {@link io.nightshift.engine.graph.Graph}; {@link io.nightshift.engine.graph.GraphReader} makes one.
 */
package io.nightshift.engine.graph;
