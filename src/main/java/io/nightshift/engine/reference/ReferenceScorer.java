package io.nightshift.engine.reference;

import io.nightshift.engine.Network;
import io.nightshift.engine.Scorer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Scores with DL4J's own layers, on the network itself; calls from several threads take turns. */
public final class ReferenceScorer implements Scorer {
    private final Network network;

    /** Wraps a network, whose parameters must not change from now on. */
    public ReferenceScorer(Network network) {
        this.network = network;
    }

    @Override
    public synchronized float[][] scores(INDArray features) {
        INDArray output = network.output(features);
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
