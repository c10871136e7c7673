package io.nightshift.engine;

import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Memory that a network holds outside of the Java heap. The collector frees it only when it collects the network's
 * small Java objects, which may be long after: a worker that makes a network in every round would hold many.
 */
public final class NetworkMemory {
    private NetworkMemory() {}

    /**
     * Frees weights, gradients and optimiser state of a network that nobody will use again.
     * {@link MultiLayerNetwork#close()} does this too, but also ends the thread's workspaces, which the next network
     * would have to build up again, and collects the whole heap.
     */
    public static void free(Model network) {
        if (network instanceof ComputationGraph graph) {
            ComputationGraphUpdater updater = graph.getUpdater(false);
            close(graph.params(), graph.getFlattenedGradients(), updater == null ? null : updater.getStateViewArray());
        } else {
            MultiLayerNetwork layers = (MultiLayerNetwork) network;
            Updater updater = layers.getUpdater(false);
            close(
                    layers.params(),
                    layers.getFlattenedGradients(),
                    updater == null ? null : updater.getStateViewArray());
        }
    }

    private static void close(INDArray... arrays) {
        Arrays.asList(arrays).stream()
                .filter(Objects::nonNull)
                .filter(INDArray::closeable)
                .forEach(INDArray::close);
    }
}
