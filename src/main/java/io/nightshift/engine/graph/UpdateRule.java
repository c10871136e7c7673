package io.nightshift.engine.graph;

import io.nightshift.engine.Network;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

/** How training changes a range of parameters. The learning rate is not part of it: it changes from round to round. */
public sealed interface UpdateRule {
    /** The first parameter of the range. */
    long start();

    /** The number of parameters. */
    long length();

    /** Where in the flat vector of the optimiser's state the range's begins. */
    long state();

    /** Returns the rule without the place of its range. */
    UpdateRule atOrigin();

    /** Adam; its state is all means, and then all squares. */
    record Adam(long start, long length, long state, double beta1, double beta2, double epsilon) implements UpdateRule {
        @Override
        public UpdateRule atOrigin() {
            return new Adam(0, 0, 0, beta1, beta2, epsilon);
        }
    }

    /** Nesterov's momentum; its state is the velocities. */
    record Nesterov(long start, long length, long state, double momentum) implements UpdateRule {
        @Override
        public UpdateRule atOrigin() {
            return new Nesterov(0, 0, 0, momentum);
        }
    }

    /** Plain gradient descent, without a state. */
    record Descent(long start, long length, long state) implements UpdateRule {
        @Override
        public UpdateRule atOrigin() {
            return new Descent(0, 0, 0);
        }
    }

    /**
     * Reads the rules of a network. Parameters without a rule, such as running statistics, are moved by their
     * operations.
     *
     * @throws UnsupportedNetworkException if it has another optimiser
     */
    static List<UpdateRule> of(Network network) {
        if (!(network.updater() instanceof BaseMultiLayerUpdater<?> updater)) {
            throw new UnsupportedNetworkException("its optimiser is " + network.updater());
        }
        List<UpdateRule> rules = new ArrayList<>();
        for (UpdaterBlock block : updater.getUpdaterBlocks()) {
            GradientUpdater<?> kind = block.getGradientUpdater();
            IUpdater settings = kind.getConfig();
            long start = block.getParamOffsetStart();
            long length = block.getParamOffsetEnd() - start;
            long state = block.getUpdaterViewOffsetStart();
            if (settings instanceof org.nd4j.linalg.learning.config.Adam adam) {
                rules.add(new Adam(start, length, state, adam.getBeta1(), adam.getBeta2(), adam.getEpsilon()));
            } else if (settings instanceof Nesterovs nesterovs) {
                rules.add(new Nesterov(start, length, state, nesterovs.getMomentum()));
            } else if (settings instanceof Sgd) {
                rules.add(new Descent(start, length, state));
            } else if (!(settings instanceof NoOp)) {
                throw new UnsupportedNetworkException("its optimiser is " + settings);
            }
        }
        return List.copyOf(rules);
    }
}
