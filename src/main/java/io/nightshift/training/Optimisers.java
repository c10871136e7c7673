package io.nightshift.training;

import io.nightshift.config.settings.TrainSettings;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Makes the optimisers that {@code train.optimiser} names, for a network's configuration. */
public final class Optimisers {
    private static final double MOMENTUM = 0.9;

    private Optimisers() {}

    /** Makes the optimiser of the settings. Its learning rate is set anew for each averaging round. */
    public static IUpdater of(TrainSettings settings) {
        return switch (settings.optimisation().optimiser()) {
            case ADAM -> new Adam(settings.optimisation().learningRate());
            case NESTEROV -> new Nesterovs(settings.optimisation().learningRate(), MOMENTUM);
        };
    }
}
