package io.nightshift.engine.gpu.plan;

import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.ParameterView;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.graph.UpdateRule;
import java.util.List;

/**
 * What a network's training step computes on a card: its layers, and how its parameters are updated. The flat vectors of
 * parameters and of the optimiser's state are DL4J's.
 *
 * @param layers     in order
 * @param parameters the length of the flat vector
 * @param rules      all Adam's, or all Nesterov's, with equal constants
 * @param decayed    the weights that lose some of their value in each step, if weight decay is set
 */
public record NetworkPlan(List<Layer> layers, int parameters, List<UpdateRule> rules, List<ParameterView> decayed) {

    /**
     * One layer.
     *
     * @param bias    where in the flat vector its bias begins; -1 without parameters
     * @param weights where its weights begin: of a convolution {@code [out, in, height, width]}, of a dense layer
     *                {@code [out, in]}; -1 without parameters
     */
    public record Layer(LayerSpec spec, Shape in, Shape out, int bias, int weights) {
        /** Returns how many weights it has, without its bias. */
        public int weightCount() {
            if (spec instanceof LayerSpec.Convolution convolution) {
                return out.channels() * in.channels() * convolution.kernel() * convolution.kernel();
            }
            if (spec instanceof LayerSpec.BatchNormalisation) {
                return in.channels();
            }
            return weights < 0 ? 0 : in.size() * out.size();
        }
    }

    /**
     * Plans a network.
     *
     * @param rules of its optimiser
     * @throws UnsupportedNetworkException if this backend cannot train it; the message says why
     */
    public static NetworkPlan of(Graph graph, List<UpdateRule> rules) {
        return new PlanReader(graph).read(rules);
    }

    /** Returns the shape of an example. */
    public Shape input() {
        return layers.get(0).in();
    }

    /** Returns the number of classes. */
    public int classes() {
        return layers.get(layers.size() - 1).out().channels();
    }

    /** Returns the most examples of a minibatch: kernels count a layer's elements in 32 bits. */
    public int largestBatch() {
        return Integer.MAX_VALUE
                / layers.stream()
                        .mapToInt(
                                layer -> Math.max(layer.in().size(), layer.out().size()))
                        .max()
                        .orElseThrow();
    }
}
