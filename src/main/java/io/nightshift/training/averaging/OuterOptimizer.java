package io.nightshift.training.averaging;

import io.nightshift.config.settings.TrainSettings;
import io.nightshift.engine.Network;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Steps from a round's start to the start of the next one (SlowMo: Wang et al.,
 * <a href="https://arxiv.org/abs/1910.00643"> arXiv:1910.00643</a>; with Nesterov's momentum as in DiLoCo: Douillard et
 * al., <a href="https://arxiv.org/abs/2311.08105"> arXiv:2311.08105</a>):
 * <pre>
 * delta    = start - average
 * velocity = momentum * velocity + delta
 * next     = start - rate * (momentum * velocity + delta)
 * </pre>
 * Without momentum and at a rate of 1 the next start is the average itself. The running mean and variance of batch
 * normalisation, which DL4J keeps among the weights, are no steps of an optimiser, and always those of the average.
 */
public final class OuterOptimizer {
    private final double momentum;
    private final double rate;
    private INDArray velocity;
    private INDArray start;

    /**
     * Continues after the steps so far.
     *
     * @param velocity [parameters], in DL4J's order; changed in place; empty before the first step
     */
    public OuterOptimizer(TrainSettings.Averaging settings, Optional<INDArray> velocity) {
        this.momentum = settings.outerMomentum();
        this.rate = settings.outerLearningRate();
        this.velocity = velocity.orElse(null);
    }

    /** Remembers the network's weights at the start of a round. */
    public void begin(Network network) {
        start = isPlain() ? null : network.params().dup();
    }

    /** Moves the network, which has the workers' average at the end of a round, to the start of the next round. */
    public void end(Network network) {
        if (isPlain()) {
            return;
        }
        List<INDArray> statistics =
                BatchNormStatistics.of(network).stream().map(INDArray::dup).toList();
        INDArray delta = start.sub(network.params());
        INDArray step = delta;
        if (momentum > 0) {
            velocity = velocity == null ? delta.dup() : velocity.muli(momentum).addi(delta);
            step = velocity.mul(momentum).addi(delta);
        }
        network.params().assign(start.subi(step.muli(rate)));
        BatchNormStatistics.put(statistics, network);
        start = null;
    }

    private boolean isPlain() {
        return momentum == 0 && rate == 1;
    }

    /** Returns the velocity itself, not a copy; empty if there is none. */
    public Optional<INDArray> velocity() {
        return Optional.ofNullable(velocity);
    }
}
