package io.nightshift.train;

import java.io.Serializable;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What every worker begins a round with.
 *
 * @param configuration with its iteration and epoch counts
 * @param parameters    all weights and biases, in DL4J's order, as {@link Floats}
 * @param updaterState  the optimiser's state, in DL4J's order, as {@link Floats}; null if it has none
 */
record RoundStart(MultiLayerConfiguration configuration, byte[] parameters, byte[] updaterState) implements Serializable {

    static RoundStart of(MultiLayerNetwork network) {
        INDArray state = network.getUpdater().getStateViewArray();
        return new RoundStart(network.getLayerWiseConfigurations(), Floats.bytes(network.params()),
                state == null ? null : Floats.bytes(state));
    }

    /** A network of the worker's own. */
    MultiLayerNetwork network() {
        // A copy: each worker counts its own iterations.
        MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
        network.init(Floats.array(parameters), false);
        if (updaterState != null) {
            network.setUpdater(new MultiLayerUpdater(network, Floats.array(updaterState)));
        }
        return network;
    }
}
