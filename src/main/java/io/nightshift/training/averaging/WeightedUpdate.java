package io.nightshift.training.averaging;

import io.nightshift.engine.Network;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A worker's part of a round's average: its weights, except those of frozen layers, and its optimiser state, each times
 * the worker's share of the round's examples. The sum over all workers is the mean over examples, also when the last
 * round of an epoch gives some workers more examples than others.
 */
public final class WeightedUpdate implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] parameters;
    private final byte[] updaterState;
    private double loss;
    private double stepSeconds;

    /**
     * Makes a worker's part.
     *
     * @param network     that the worker no longer needs: its arrays are scaled in place
     * @param withUpdater whether the optimiser's state is averaged too
     * @param share       the worker's part of the round's examples, in (0, 1]
     * @param loss        mean over the worker's examples
     * @param stepSeconds that the worker spent on forward and backward passes and updates
     */
    public WeightedUpdate(Network network, boolean withUpdater, double share, double loss, double stepSeconds) {
        INDArray state = withUpdater ? network.updaterState() : null;
        this.parameters = scaled(TrainableParameters.of(network, network.params()), share);
        this.updaterState = state == null ? null : scaled(state, share);
        this.loss = loss * share;
        this.stepSeconds = stepSeconds;
    }

    private WeightedUpdate(byte[] parameters, byte[] updaterState, double loss, double stepSeconds) {
        this.parameters = parameters;
        this.updaterState = updaterState;
        this.loss = loss;
        this.stepSeconds = stepSeconds;
    }

    /**
     * Cuts this update into slices of about equal size. The first has the loss and the seconds of all.
     *
     * @see #joined
     */
    List<WeightedUpdate> slices(int count) {
        List<WeightedUpdate> slices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slices.add(new WeightedUpdate(
                    ParameterBytes.slice(parameters, i, count),
                    updaterState == null ? null : ParameterBytes.slice(updaterState, i, count),
                    i == 0 ? loss : 0,
                    i == 0 ? stepSeconds : 0));
        }
        return slices;
    }

    /** Puts slices, in their order, together again. */
    static WeightedUpdate joined(List<WeightedUpdate> slices) {
        return new WeightedUpdate(
                ParameterBytes.joined(slices.stream().map(slice -> slice.parameters)),
                slices.get(0).updaterState == null
                        ? null
                        : ParameterBytes.joined(slices.stream().map(slice -> slice.updaterState)),
                slices.get(0).loss,
                slices.get(0).stepSeconds);
    }

    private static byte[] scaled(INDArray array, double share) {
        return ParameterBytes.bytes(share == 1 ? array : array.muli(share));
    }

    /** Adds another worker's part, or the same slice of it, to this one, which it returns. */
    WeightedUpdate plus(WeightedUpdate other) {
        ParameterBytes.add(parameters, other.parameters);
        if (updaterState != null) {
            ParameterBytes.add(updaterState, other.updaterState);
        }
        loss += other.loss;
        stepSeconds += other.stepSeconds;
        return this;
    }

    /** Puts the average into the network. Without averaged optimiser state the network's own stays. */
    public void putInto(Network network) {
        ParameterBytes.put(parameters, TrainableParameters.of(network, network.params()));
        if (updaterState != null) {
            ParameterBytes.put(updaterState, network.updaterState());
        }
    }

    /** Returns the mean loss over all examples of this sum. */
    double loss() {
        return loss;
    }

    /** Returns the seconds that all workers of this sum spent on forward and backward passes and updates. */
    double stepSeconds() {
        return stepSeconds;
    }
}
