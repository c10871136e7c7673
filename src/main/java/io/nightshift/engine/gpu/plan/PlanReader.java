package io.nightshift.engine.gpu.plan;

import io.nightshift.engine.gpu.plan.NetworkPlan.Layer;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Node;
import io.nightshift.engine.graph.Operation;
import io.nightshift.engine.graph.Operation.ElementFunction;
import io.nightshift.engine.graph.Operation.PoolingKind;
import io.nightshift.engine.graph.ParameterView;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.graph.UpdateRule;
import io.nightshift.engine.graph.Window;
import java.util.ArrayList;
import java.util.List;

/** Makes a plan of a graph, and refuses what the card's operations do not know. */
final class PlanReader {
    /** A place in a window is kept in a byte. */
    private static final int LARGEST_WINDOW = 15;
    /** An image is changed in a block's shared memory; see {@code kernels.cu}. */
    private static final int LARGEST_SIDE = 128;
    /** The kernels of average pooling take channels in groups. */
    private static final int CHANNEL_GROUP = 4;

    private final Graph graph;
    private final List<Layer> layers = new ArrayList<>();

    PlanReader(Graph graph) {
        this.graph = graph;
    }

    NetworkPlan read(List<UpdateRule> rules) {
        graph.requireTrainable();
        if (graph.input().height() != graph.input().width() || graph.input().height() > LARGEST_SIDE) {
            throw new UnsupportedNetworkException("its input is " + graph.input()
                    + ", and images on a GPU are squares of at most " + LARGEST_SIDE + " rows");
        }
        requireOneRule(rules);
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (node.inputs().size() != 1 || node.inputs().get(0) != i - 1) {
                throw unsupported(node, "the network is no single row of layers");
            }
            if (!node.trainable()) {
                throw unsupported(node, "it is frozen");
            }
            i += read(node, i) - 1;
        }
        return new NetworkPlan(
                List.copyOf(layers), Math.toIntExact(graph.parameters()), rules, graph.trainableWeights());
    }

    private static void requireOneRule(List<UpdateRule> rules) {
        List<UpdateRule> kinds =
                rules.stream().map(UpdateRule::atOrigin).distinct().toList();
        if (kinds.size() != 1 || kinds.get(0) instanceof UpdateRule.Descent) {
            throw new UnsupportedNetworkException(
                    "its optimiser is neither Adam nor Nesterov's momentum, the same for all layers");
        }
    }

    /** Adds a layer for a node, and returns how many nodes it computes. */
    private int read(Node node, int index) {
        Shape in = graph.inputShape(node, 0);
        if (node.operation() instanceof Operation.Convolution convolution) {
            requireReluAfter(node, index);
            add(convolution(node, convolution), node, convolution.bias(), convolution.weights());
            return 2;
        } else if (node.operation() instanceof Operation.Dense dense) {
            require(node, in.area() == 1, "it takes a flattened image; pool it to 1 x 1 before");
            require(node, dense.bias() != null, "it has no bias");
            require(
                    node,
                    dense.weights().strides().subList(0, 2).equals(List.of((long) in.size(), 1L)),
                    "its weights lie in another order");
            boolean last = index == graph.nodes().size() - 2;
            if (!last) {
                requireReluAfter(node, index);
            }
            add(last ? new LayerSpec.Softmax() : new LayerSpec.Dense(), node, dense.bias(), dense.weights());
            return 2;
        } else if (node.operation() instanceof Operation.Pooling pooling) {
            add(pooling(node, pooling, in), node, null, null);
        } else if (node.operation() instanceof Operation.BatchNormalisation norm) {
            require(
                    node,
                    norm.gamma() != null && norm.beta() != null && !norm.logStd() && index > 0,
                    "a batch normalisation of its kind is not known");
            LayerSpec spec = new LayerSpec.BatchNormalisation(
                    norm.epsilon(), norm.decay(), offset(norm.mean()), offset(norm.variance()));
            add(spec, node, norm.beta(), norm.gamma());
        } else if (node.operation() instanceof Operation.Dropout dropout) {
            require(node, index > 0, "it drops pixels");
            add(new LayerSpec.Dropout(dropout.kept()), node, null, null);
        } else {
            throw unsupported(node, "a " + node.operation().getClass().getSimpleName() + " is not known");
        }
        return 1;
    }

    private LayerSpec convolution(Node node, Operation.Convolution convolution) {
        Window window = convolution.window();
        require(node, convolution.groups() == 1, "its channels are in groups");
        require(node, convolution.bias() != null, "it has no bias");
        long area = window.area();
        require(
                node,
                convolution
                        .weights()
                        .strides()
                        .equals(List.of(area * graph.inputShape(node, 0).channels(), area, (long) window.width(), 1L)),
                "its weights lie in another order");
        require(
                node,
                isDense(window) && window.strideX() == 1 && window.strideY() == 1,
                "a convolution with a stride, a dilation or a window that is no square is not known");
        require(
                node,
                window.top() == window.left() && window.top() == window.bottom() && window.top() == window.right(),
                "its padding is not the same on all sides");
        return new LayerSpec.Convolution(window.height(), window.top());
    }

    private LayerSpec pooling(Node node, Operation.Pooling pooling, Shape in) {
        Window window = pooling.window();
        require(
                node,
                isDense(window) && window.strideX() == window.strideY() && window.top() == 0 && window.left() == 0,
                "a pooling of its kind is not known");
        if (pooling.kind() == PoolingKind.MAX) {
            boolean afterConvolution =
                    !layers.isEmpty() && layers.get(layers.size() - 1).spec() instanceof LayerSpec.Convolution;
            require(node, afterConvolution, "a max pooling must follow a convolution");
            require(node, window.height() <= LARGEST_WINDOW, "its window is larger than " + LARGEST_WINDOW);
            return new LayerSpec.MaxPooling(window.height(), window.strideY());
        }
        require(node, window.bottom() == 0 && window.right() == 0, "an average pooling with padding is not known");
        require(node, in.channels() % CHANNEL_GROUP == 0, "its channels are no multiple of " + CHANNEL_GROUP);
        return new LayerSpec.AveragePooling(window.height(), window.strideY());
    }

    private static boolean isDense(Window window) {
        return window.height() == window.width() && window.dilateX() == 1 && window.dilateY() == 1;
    }

    private void requireReluAfter(Node node, int index) {
        Operation next =
                index + 1 < graph.nodes().size() ? graph.nodes().get(index + 1).operation() : null;
        require(
                node,
                next instanceof Operation.Activation activation && activation.function() == ElementFunction.RELU,
                "its activation is not relu");
    }

    private void add(LayerSpec spec, Node node, ParameterView bias, ParameterView weights) {
        layers.add(new Layer(
                spec,
                graph.inputShape(node, 0),
                node.output(),
                bias == null ? -1 : offset(bias),
                weights == null ? -1 : offset(weights)));
    }

    private static int offset(ParameterView view) {
        return Math.toIntExact(view.offset());
    }

    private static void require(Node node, boolean known, String why) {
        if (!known) {
            throw unsupported(node, why);
        }
    }

    private static UnsupportedNetworkException unsupported(Node node, String why) {
        return new UnsupportedNetworkException(node.layer() + ": " + why);
    }
}
