package io.nightshift.train;

import java.io.Serializable;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What every worker begins a round with.
 *
 * <p>The numbers travel as Java arrays: ND4J's own serialization writes an array element by element, which for the
 * blog's CNN would take longer than a minibatch does.
 *
 * @param configuration with its iteration and epoch counts
 * @param parameters    all weights and biases, in DL4J's order
 * @param updaterState  the optimiser's state, in DL4J's order; null if it has none
 */
record RoundStart(MultiLayerConfiguration configuration, float[] parameters, float[] updaterState)
        implements Serializable {

    static RoundStart of(MultiLayerNetwork network) {
        INDArray state = network.getUpdater().getStateViewArray();
        return new RoundStart(network.getLayerWiseConfigurations(), WorkerShare.floats(network.params()),
                state == null ? null : WorkerShare.floats(state));
    }

    /** A network of the worker's own. */
    MultiLayerNetwork network() {
        // A copy: each worker counts its own iterations.
        MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
        network.init(Nd4j.createFromArray(parameters), false);
        if (updaterState != null) {
            network.setUpdater(new MultiLayerUpdater(network, Nd4j.createFromArray(updaterState)));
        }
        return network;
    }
}
