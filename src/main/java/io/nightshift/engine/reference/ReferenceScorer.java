package io.nightshift.engine.reference;

import io.nightshift.engine.Network;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.graph.Shape;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Scores with DL4J's own layers, on the network itself; calls from several threads take turns. */
public final class ReferenceScorer implements Scorer {
    private final Network network;
    /** Of one example, as a minibatch. */
    private final long[] shape;

    /**
     * Wraps a network, whose parameters must not change from now on.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     */
    public ReferenceScorer(Network network, Shape input, boolean channelsLast) {
        this.network = network;
        this.shape = channelsLast
                ? new long[] {1, input.height(), input.width(), input.channels()}
                : new long[] {1, input.channels(), input.height(), input.width()};
    }

    @Override
    public synchronized float[][] scores(float[] features, int n) {
        long[] all = shape.clone();
        all[0] = n;
        INDArray output = network.output(Nd4j.create(features, all, 'c'));
        if (output.rank() != 2) {
            throw new IllegalStateException(
                    "the network's output has the shape " + Arrays.toString(output.shape()) + ", not [n, classes]");
        }
        return output.toFloatMatrix();
    }

    @Override
    public void close() {
        // The network belongs to the caller.
    }
}
