package io.nightshift.training.averaging;

import io.nightshift.engine.Network;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The part of a network's weights that training changes: what comes after its locked layers, which are its first ones. Locked
 * weights must stay what they are to the bit, and the weighted mean of equal numbers is not always that number.
 */
public final class TrainableParameters {
    private TrainableParameters() {}

    /**
     * A view.
     *
     * @param weights all of the network's, in DL4J's order
     */
    public static INDArray of(Network network, INDArray weights) {
        long locked = 0;
        for (Layer layer : network.layers()) {
            if (!(layer instanceof FrozenLayer)) {
                break;
            }
            locked += layer.numParams();
        }
        return locked == 0
                ? weights
                : weights.reshape(weights.length()).get(NDArrayIndex.interval(locked, weights.length()));
    }
}
