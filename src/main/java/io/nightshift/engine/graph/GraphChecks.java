package io.nightshift.engine.graph;

import java.util.Arrays;
import java.util.List;

/**
 * Checks that a graph's operations, their parameters and their images fit each other. Native code computes them, and
 * reads and writes wherever it is told to: a configuration that contradicts itself must not get there.
 */
final class GraphChecks {
    /** Elements of an example's largest image, which are 256 MiB. */
    private static final long LARGEST = 1 << 26;

    private final Graph graph;

    private GraphChecks(Graph graph) {
        this.graph = graph;
    }

    /**
     * Checks all nodes.
     *
     * @throws IllegalArgumentException naming the layer that does not fit
     */
    static Graph requireSound(Graph graph) {
        GraphChecks checks = new GraphChecks(graph);
        graph.nodes().forEach(checks::require);
        return graph;
    }

    private void require(Node node) {
        Shape in = graph.inputShape(node, 0);
        Shape out = node.output();
        boolean sized = out.channels() > 0
                && out.height() > 0
                && out.width() > 0
                && (long) out.channels() * out.height() <= LARGEST / out.width();
        require(node, in, sized);
        if (node.operation() instanceof Operation.Convolution convolution) {
            Window window = convolution.window();
            int groups = convolution.groups();
            List<Long> weights = groups == 1
                    ? shape(out.channels(), in.channels(), window.height(), window.width())
                    : shape(groups, out.channels() / groups, in.channels() / groups, window.height(), window.width());
            require(node, in, in.channels() % groups == 0 && out.channels() % groups == 0);
            requireView(node, convolution.weights(), weights);
            requireVector(node, convolution.bias(), out.channels());
        } else if (node.operation() instanceof Operation.Dense dense) {
            requireView(node, dense.weights(), shape(out.channels(), in.channels(), in.height(), in.width()));
            requireVector(node, dense.bias(), out.channels());
        } else if (node.operation() instanceof Operation.BatchNormalisation norm) {
            requireVector(node, norm.gamma(), in.channels());
            requireVector(node, norm.beta(), in.channels());
            requireVector(node, norm.mean(), in.channels());
            requireVector(node, norm.variance(), in.channels());
        } else if (node.operation() instanceof Operation.Padding padding) {
            require(
                    node,
                    in,
                    padding.top() >= 0 && padding.left() >= 0 && padding.bottom() >= 0 && padding.right() >= 0);
        }
    }

    private static List<Long> shape(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }

    private void requireVector(Node node, ParameterView view, int length) {
        if (view != null) {
            require(node, graph.inputShape(node, 0), view.length() == length && isInside(view));
        }
    }

    private void requireView(Node node, ParameterView view, List<Long> shape) {
        require(node, graph.inputShape(node, 0), view != null && view.shape().equals(shape) && isInside(view));
    }

    /** Whether all elements of a view lie in the flat vector of parameters. */
    private boolean isInside(ParameterView view) {
        long last = view.offset();
        for (int axis = 0; axis < view.shape().size(); axis++) {
            last += (view.shape().get(axis) - 1) * view.strides().get(axis);
        }
        return view.offset() >= 0 && last >= view.offset() && last < graph.parameters();
    }

    private static void require(Node node, Shape in, boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException(node.layer() + " does not fit images of " + in + ", its own size "
                    + node.output() + " or its parameters");
        }
    }
}
