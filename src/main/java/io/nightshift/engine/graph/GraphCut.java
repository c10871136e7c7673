package io.nightshift.engine.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A graph in two: up to the images that its last convolution gives, and from these images on. Both have the parameters of
 * the whole.
 *
 * @param head ends in a softmax that nobody needs, over all numbers of those images
 * @param maps shape of those images
 * @param tail takes those images, with channels first
 */
public record GraphCut(Graph head, Shape maps, Graph tail) {

    /**
     * Cuts after the last convolution whose output is an image of more than one pixel, with the batch normalisation and
     * the activation that follow it; where others go around it, after the node at which they meet.
     *
     * @return empty if there is no such convolution, or the graph does not end in a softmax
     */
    public static Optional<GraphCut> afterLastConvolution(Graph graph) {
        List<Node> nodes = graph.nodes();
        int last = nodes.size() - 1;
        if (!graph.endsInSoftmax()) {
            return Optional.empty();
        }
        for (int i = last - 1; i >= 0; i--) {
            if (nodes.get(i).operation() instanceof Operation.Convolution) {
                int at = i;
                while (at < last && nodes.get(at).output().area() > 1 && !isCut(graph, at)) {
                    at++;
                }
                while (at + 1 < last && isElementWise(nodes.get(at + 1).operation()) && isCut(graph, at + 1)) {
                    at++;
                }
                if (at < last && nodes.get(at).output().area() > 1) {
                    return Optional.of(cut(graph, at));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isElementWise(Operation operation) {
        return operation instanceof Operation.Activation
                || operation instanceof Operation.BatchNormalisation
                || operation instanceof Operation.Dropout;
    }

    /** Whether all that comes later depends on this node's output alone. */
    private static boolean isCut(Graph graph, int at) {
        return graph.nodes().subList(at + 1, graph.nodes().size()).stream()
                .flatMap(node -> node.inputs().stream())
                .allMatch(input -> input >= at);
    }

    private static GraphCut cut(Graph graph, int at) {
        Node end = graph.nodes().get(at);
        List<Node> before = new ArrayList<>(graph.nodes().subList(0, at + 1));
        Shape vector = Shape.vector(end.output().size());
        before.add(new Node(end.layer(), new Operation.Softmax(), List.of(at), vector, false));
        List<Node> after = graph.nodes().subList(at + 1, graph.nodes().size()).stream()
                .map(node -> new Node(
                        node.layer(),
                        node.operation(),
                        node.inputs().stream().map(input -> input - at - 1).toList(),
                        node.output(),
                        node.trainable()))
                .toList();
        String part = "it is a part of a network";
        return new GraphCut(
                new Graph(graph.input(), graph.channelsLast(), List.copyOf(before), graph.parameters(), part),
                end.output(),
                new Graph(end.output(), false, after, graph.parameters(), part));
    }
}
