package io.nightshift.engine.cpu;

import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Node;
import io.nightshift.engine.graph.Operation;
import io.nightshift.engine.graph.Operation.BatchNormalisation;
import io.nightshift.engine.graph.Operation.Convolution;
import io.nightshift.engine.graph.Operation.Dense;
import io.nightshift.engine.graph.ParameterView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network without the batch normalisations that come right after a convolution or dense layer, for scoring: with the
 * running mean and variance, which stay as they are,
 * {@code gamma (Wx + b - mean) / sqrt(variance + epsilon) + beta} is {@code Wx + b} with other weights and another bias.
 *
 * @param graph      computes from {@code parameters} what the original computes from its own, but for rounding
 * @param parameters those of the original, in its order, and then the biases of layers that had none
 */
record FoldedNetwork(Graph graph, float[] parameters) {

    /**
     * Folds what can be folded.
     *
     * @param parameters of the network; not changed
     */
    static FoldedNetwork of(Graph graph, float[] parameters) {
        return new Folding(graph, parameters).fold();
    }

    private static final class Folding {
        private final Graph graph;
        private final List<Node> nodes = new ArrayList<>();
        /** The place in {@link #nodes} of each of the graph's nodes. */
        private final int[] places;

        private float[] parameters;

        Folding(Graph graph, float[] parameters) {
            this.graph = graph;
            this.parameters = parameters.clone();
            this.places = new int[graph.nodes().size()];
        }

        FoldedNetwork fold() {
            for (int i = 0; i < places.length; i++) {
                Node node = graph.nodes().get(i);
                int before = node.inputs().get(0);
                if (node.operation() instanceof BatchNormalisation normalisation && takes(before)) {
                    places[i] = places[before];
                    Node layer = nodes.get(places[before]);
                    nodes.set(places[before], with(layer, folded(layer.operation(), normalisation)));
                } else {
                    places[i] = nodes.size();
                    nodes.add(moved(node));
                }
            }
            return new FoldedNetwork(
                    new Graph(
                            graph.input(),
                            graph.channelsLast(),
                            List.copyOf(nodes),
                            parameters.length,
                            graph.untrainable()),
                    parameters);
        }

        private boolean takes(int index) {
            return index >= 0
                    && graph.consumers(index) == 1
                    && (graph.nodes().get(index).operation() instanceof Convolution
                            || graph.nodes().get(index).operation() instanceof Dense);
        }

        private Node moved(Node node) {
            List<Integer> inputs = node.inputs().stream()
                    .map(input -> input < 0 ? input : Integer.valueOf(places[input]))
                    .toList();
            return new Node(node.layer(), node.operation(), inputs, node.output(), node.trainable());
        }

        private static Node with(Node node, Operation operation) {
            return new Node(node.layer(), operation, node.inputs(), node.output(), node.trainable());
        }

        private Operation folded(Operation layer, BatchNormalisation normalisation) {
            if (layer instanceof Convolution convolution) {
                ParameterView weights = convolution.weights();
                int channelAxes = convolution.groups() == 1 ? 1 : 2;
                return new Convolution(
                        convolution.window(),
                        convolution.groups(),
                        weights,
                        fold(weights, channelAxes, convolution.bias(), normalisation));
            }
            Dense dense = (Dense) layer;
            return new Dense(dense.weights(), fold(dense.weights(), 1, dense.bias(), normalisation));
        }

        /**
         * Changes weights and bias.
         *
         * @param channelAxes how many of the weights' first axes together count the output's channels
         * @return the bias
         */
        private ParameterView fold(
                ParameterView weights, int channelAxes, ParameterView bias, BatchNormalisation normalisation) {
            int channels = Math.toIntExact(normalisation.mean().length());
            ParameterView newBias = bias == null ? append(channels) : bias;
            double[] factors = new double[channels];
            for (int c = 0; c < channels; c++) {
                double variance = value(normalisation.variance(), c);
                factors[c] = (normalisation.gamma() == null ? 1 : value(normalisation.gamma(), c))
                        / Math.sqrt((normalisation.logStd() ? Math.pow(10, 2 * variance) : variance)
                                + normalisation.epsilon());
                double shift = normalisation.beta() == null ? 0 : value(normalisation.beta(), c);
                int at = Math.toIntExact(newBias.offset()) + c;
                parameters[at] = (float) ((parameters[at] - value(normalisation.mean(), c)) * factors[c] + shift);
            }
            scale(weights, 0, Math.toIntExact(weights.offset()), channelAxes, 0, factors);
            return newBias;
        }

        private double value(ParameterView row, int c) {
            return parameters[Math.toIntExact(row.offset()) + c];
        }

        private ParameterView append(int channels) {
            int start = parameters.length;
            parameters = Arrays.copyOf(parameters, start + channels);
            return new ParameterView(start, List.of((long) channels), List.of(1L));
        }

        /** Multiplies all weights of each output channel, going through one axis after the other. */
        private void scale(ParameterView weights, int axis, int at, int channelAxes, int channel, double[] factors) {
            if (axis == weights.shape().size()) {
                parameters[at] = (float) (parameters[at] * factors[channel]);
                return;
            }
            int length = Math.toIntExact(weights.shape().get(axis));
            int stride = Math.toIntExact(weights.strides().get(axis));
            for (int i = 0; i < length; i++) {
                int next = axis < channelAxes ? channel * length + i : channel;
                scale(weights, axis + 1, at + i * stride, channelAxes, next, factors);
            }
        }
    }
}
