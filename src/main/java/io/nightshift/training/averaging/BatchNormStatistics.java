package io.nightshift.training.averaging;

import io.nightshift.engine.Network;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads and writes the running mean and variance of each batch normalisation, which DL4J keeps among a network's
 * weights. No optimiser moves them: they follow the layer's input in training.
 */
public final class BatchNormStatistics {
    private static final List<String> KEYS = List.of(
            BatchNormalizationParamInitializer.GLOBAL_MEAN,
            BatchNormalizationParamInitializer.GLOBAL_VAR,
            BatchNormalizationParamInitializer.GLOBAL_LOG_STD);

    private BatchNormStatistics() {}

    /** Returns the statistics, as views of the network's weights; empty without batch normalisation. */
    public static List<INDArray> of(Network network) {
        return network.layers().stream()
                .filter(layer -> layer.numParams() > 0)
                .map(Layer::paramTable)
                .flatMap(table -> KEYS.stream().filter(table::containsKey).map(table::get))
                .toList();
    }

    /** Replaces the statistics by other values. */
    public static void put(List<INDArray> values, Network network) {
        List<INDArray> own = of(network);
        for (int i = 0; i < own.size(); i++) {
            own.get(i).assign(values.get(i));
        }
    }
}
