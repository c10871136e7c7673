package io.nightshift.train;

import java.io.Serializable;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A worker's part of a round's average: its weights and optimiser state, each times its share of the round's examples.
 * The sum of all workers' shares is the mean over examples, also when the last round of an epoch gives some workers
 * more of them than others.
 */
final class WorkerShare implements Serializable {
    private static final long serialVersionUID = 1;

    private final float[] parameters;
    private final float[] updaterState;
    private double loss;

    /**
     * A worker's share.
     *
     * @param withUpdater whether the optimiser's state is averaged too
     * @param share       the worker's part of the round's examples, in (0, 1]
     * @param loss        mean over the worker's examples
     */
    WorkerShare(MultiLayerNetwork network, boolean withUpdater, double share, double loss) {
        INDArray state = withUpdater ? network.getUpdater().getStateViewArray() : null;
        this.parameters = scaled(floats(network.params()), (float) share);
        this.updaterState = state == null ? null : scaled(floats(state), (float) share);
        this.loss = loss * share;
    }

    /** Adds another worker's share to this one. */
    WorkerShare plus(WorkerShare other) {
        add(parameters, other.parameters);
        if (updaterState != null) {
            add(updaterState, other.updaterState);
        }
        loss += other.loss;
        return this;
    }

    /** Puts the average into the network. Without averaged optimiser state the network's own stays. */
    void putInto(MultiLayerNetwork network) {
        put(parameters, network.params());
        if (updaterState != null) {
            put(updaterState, network.getUpdater().getStateViewArray());
        }
    }

    /** Mean loss over all examples that went into this sum. */
    double loss() {
        return loss;
    }

    private static void add(float[] sum, float[] summand) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += summand[i];
        }
    }

    private static float[] scaled(float[] values, float factor) {
        if (factor != 1) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
        }
        return values;
    }

    /** A copy of an array's elements in one piece. */
    static float[] floats(INDArray array) {
        float[] values = new float[(int) array.length()];
        pointer(array).get(values);
        return values;
    }

    private static void put(float[] values, INDArray array) {
        pointer(array).put(values);
    }

    /** Where the elements are; parameters and updater state are each one gapless block of floats. */
    private static FloatPointer pointer(INDArray array) {
        DataBuffer buffer = array.data();
        return new FloatPointer(buffer.addressPointer());
    }
}
