package io.nightshift.training.averaging;

import io.nightshift.engine.Network;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Selects the weights that training changes: those after the frozen layers, which are a network's first ones. Frozen
 * weights must stay the same to the bit, and the weighted mean of equal numbers is not always that number.
 */
public final class TrainableParameters {
    private TrainableParameters() {}

    /**
     * Returns a view of the trainable weights.
     *
     * @param weights all of the network's, in DL4J's order
     */
    public static INDArray of(Network network, INDArray weights) {
        long frozen = 0;
        for (Layer layer : network.layers()) {
            if (!(layer instanceof FrozenLayer)) {
                break;
            }
            frozen += layer.numParams();
        }
        return frozen == 0
                ? weights
                : weights.reshape(weights.length()).get(NDArrayIndex.interval(frozen, weights.length()));
    }
}
