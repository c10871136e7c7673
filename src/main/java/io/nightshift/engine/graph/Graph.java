package io.nightshift.engine.graph;

import io.nightshift.engine.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * A network's operations, each after those whose outputs it takes; the last one's output is the network's. Equal graphs
 * compute the same from the same parameters.
 *
 * @param input        shape of one example
 * @param channelsLast whether examples come as {@code [height, width, channels]} and not as {@code [channels, height,
 *                     width]}
 * @param parameters   length of the flat vector of all parameters
 * @param untrainable  why it can be computed, but not trained; null if it can be trained, which is by the cross-entropy
 *                     of the softmax that is its last operation
 */
public record Graph(Shape input, boolean channelsLast, List<Node> nodes, long parameters, String untrainable) {

    /**
     * Reads a network.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @throws IllegalArgumentException    if the network takes no such examples, or contradicts itself
     * @throws UnsupportedNetworkException if something in it is not known here; the message names the layer
     */
    public static Graph of(Network network, Shape input, boolean channelsLast) {
        return GraphChecks.requireSound(new GraphReader(network, input, channelsLast).read());
    }

    /**
     * Refuses to train what can only be computed.
     *
     * @throws UnsupportedNetworkException with the reason
     */
    public Graph requireTrainable() {
        if (untrainable != null) {
            throw new UnsupportedNetworkException(untrainable);
        }
        return this;
    }

    /** Returns the shape of what a node takes as its {@code i}-th input. */
    public Shape inputShape(Node node, int i) {
        return shape(node.inputs().get(i));
    }

    /** Returns the shape of a node's output; -1 is the network's input. */
    public Shape shape(int index) {
        return index < 0 ? input : nodes.get(index).output();
    }

    /** Whether the last operation is a softmax: the output of others is taken as it is. */
    public boolean endsInSoftmax() {
        return nodes.get(nodes.size() - 1).operation() instanceof Operation.Softmax;
    }

    /** Returns how many nodes take the output of a node; -1 is the network's input. */
    public int consumers(int index) {
        return (int) nodes.stream()
                .flatMap(node -> node.inputs().stream())
                .filter(input -> input == index)
                .count();
    }

    /** Returns the weights of convolutions and products that training changes: what weight decay is for. */
    public List<ParameterView> trainableWeights() {
        List<ParameterView> weights = new ArrayList<>();
        for (Node node : nodes) {
            if (node.trainable() && node.operation() instanceof Operation.Convolution convolution) {
                weights.add(convolution.weights());
            } else if (node.trainable() && node.operation() instanceof Operation.Dense dense) {
                weights.add(dense.weights());
            }
        }
        return weights;
    }

    /** Counts multiplications of a weight and an activation in a forward pass over one example. */
    public long multiplyAdds() {
        long sum = 0;
        for (Node node : nodes) {
            if (node.operation() instanceof Operation.Convolution convolution) {
                sum += convolution.weights().length() * node.output().area();
            } else if (node.operation() instanceof Operation.Dense dense) {
                sum += dense.weights().length();
            }
        }
        return sum;
    }

    /** Returns the length of the output. */
    public int classes() {
        return nodes.get(nodes.size() - 1).output().size();
    }
}
