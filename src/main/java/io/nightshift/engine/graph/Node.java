package io.nightshift.engine.graph;

import java.util.List;

/**
 * One operation of a {@link Graph}.
 *
 * @param layer     name of DL4J's layer that it comes from, for messages
 * @param inputs    the nodes whose outputs it takes, by their places in the graph; -1 is the network's input
 * @param output    shape of one example
 * @param trainable whether training changes its parameters, if it has any
 */
public record Node(String layer, Operation operation, List<Integer> inputs, Shape output, boolean trainable) {}
