package io.nightshift.engine.nd4j;

import io.nightshift.engine.Backend;
import io.nightshift.engine.Network;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.AdamUpdater;

/**
 * Puts a fast Adam in the place of a live network's built-in one; other updaters stay.
 *
 * <p>Configuration and updater state are the same objects before and after. Not kept by
 * {@link MultiLayerNetwork#setUpdater}: install again after it.
 */
public final class FastUpdater {
    private FastUpdater() {}

    /**
     * Replaces the built-in Adam. Cheap, and a second call does nothing. Creates the network's updater if it has none
     * yet; does nothing unless arrays lie in the host's memory.
     *
     * @param network initialised; not in use by another thread during the call
     */
    public static void install(Network network) {
        if (!Backend.isOnHost() || !(network.updater() instanceof BaseMultiLayerUpdater<?> updater)) {
            return;
        }
        for (UpdaterBlock block : updater.getUpdaterBlocks()) {
            if (block.getGradientUpdater().getClass() == AdamUpdater.class) {
                block.setGradientUpdater(new FastAdamUpdater((AdamUpdater) block.getGradientUpdater()));
            }
        }
    }
}
