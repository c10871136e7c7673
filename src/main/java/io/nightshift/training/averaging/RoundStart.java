package io.nightshift.training.averaging;

import io.nightshift.engine.Network;
import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The network with which every worker begins a round.
 *
 * @param configuration of the network, of either kind, with its iteration and epoch counts
 * @param parameters    all weights and biases, in DL4J's order, as {@link ParameterBytes}
 * @param updaterState  the optimiser's state, in DL4J's order, as {@link ParameterBytes}; null if it has none
 */
public record RoundStart(Serializable configuration, byte[] parameters, byte[] updaterState) implements Serializable {

    public static RoundStart of(Network network) {
        INDArray state = network.updaterState();
        return new RoundStart(
                network.configuration(),
                ParameterBytes.bytes(network.params()),
                state == null ? null : ParameterBytes.bytes(state));
    }

    /** Builds a network for one worker, with its own count of iterations. */
    public Network network() {
        return Network.of(
                configuration,
                ParameterBytes.array(parameters),
                updaterState == null ? null : ParameterBytes.array(updaterState));
    }
}
