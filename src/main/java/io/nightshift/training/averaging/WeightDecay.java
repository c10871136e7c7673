package io.nightshift.training.averaging;

import io.nightshift.engine.Network;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Applies decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization",
 * <a href="https://arxiv.org/abs/1711.05101">arXiv:1711.05101</a>): after each step {@code w = w - rate * decay * w},
 * for weights, not for biases, batch normalisation or frozen layers.
 *
 * <p>DL4J's own would be part of the model, where the settings of a later training could not change it, and would add a
 * penalty to the loss that is reported.
 */
final class WeightDecay {
    private WeightDecay() {}

    /** Applies one step's decay, at the learning rate of the network's optimiser. */
    static void apply(Network network, double decay) {
        if (decay == 0) {
            return;
        }
        double factor = 1 - network.learningRate() * decay;
        for (Layer layer : network.layers()) {
            if (layer instanceof FrozenLayer || layer.numParams() == 0) {
                continue;
            }
            for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
                var configuration = layer.conf().getLayer();
                if (configuration.initializer().isWeightParam(configuration, parameter.getKey())) {
                    parameter.getValue().muli(factor);
                }
            }
        }
    }
}
