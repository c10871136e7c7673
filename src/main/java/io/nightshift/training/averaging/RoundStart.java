package io.nightshift.training.averaging;

import io.nightshift.engine.Networks;
import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What every worker begins a round with.
 *
 * @param configuration of the network, of either kind, with its iteration and epoch counts
 * @param parameters    all weights and biases, in DL4J's order, as {@link ParameterBytes}
 * @param updaterState  the optimiser's state, in DL4J's order, as {@link ParameterBytes}; null if it has none
 */
public record RoundStart(Serializable configuration, byte[] parameters, byte[] updaterState) implements Serializable {

    public static RoundStart of(Model network) {
        INDArray state = Networks.updaterState(network);
        return new RoundStart(
                Networks.configuration(network),
                ParameterBytes.bytes(network.params()),
                state == null ? null : ParameterBytes.bytes(state));
    }

    /** A network of the worker's own, which counts its own iterations. */
    public Model network() {
        return Networks.of(
                configuration,
                ParameterBytes.array(parameters),
                updaterState == null ? null : ParameterBytes.array(updaterState));
    }
}
