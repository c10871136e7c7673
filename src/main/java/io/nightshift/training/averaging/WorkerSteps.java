package io.nightshift.training.averaging;

import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.execution.Computation;
import io.nightshift.engine.execution.Execution;
import io.nightshift.engine.graph.Shape;
import java.util.Optional;
import org.nd4j.linalg.dataset.api.DataSet;

/**
 * Makes the steps of one worker on the engine. Seed, worker and count of steps alone decide the random numbers of a
 * step (dropout): steps that are made again, on another executor or after a restart, give the same result.
 */
public final class WorkerSteps implements AutoCloseable {
    private final Trainer trainer;
    private final long seed;
    private final double weightDecay;
    private final int worker;
    private double seconds;
    private long examples;

    private WorkerSteps(Trainer trainer, TrainSettings settings, int worker) {
        this.trainer = trainer;
        this.seed = settings.seed();
        this.weightDecay = settings.regularisation().weightDecay();
        this.worker = worker;
    }

    /**
     * Begins with the state of a network.
     *
     * @param threads    native threads of this worker
     * @param gpuAddress of the card that Spark has given to the task; empty for any
     * @param worker     its number among those that train side by side, from 0
     */
    public static WorkerSteps of(
            Network network,
            TrainSettings settings,
            NetworkInput input,
            Computation computation,
            int threads,
            Optional<String> gpuAddress,
            int worker) {
        NativeThreads.perWorker(threads);
        Trainer trainer = Execution.trainer(
                network,
                new Shape(input.channels(), input.side(), input.side()),
                input.layout() == NetworkInput.Layout.NHWC,
                computation,
                gpuAddress);
        trainer.load(network);
        return new WorkerSteps(trainer, settings, worker);
    }

    /** Makes a step; it may still be under way when this returns. */
    public void step(DataSet batch, double learningRate) {
        long begin = System.nanoTime();
        trainer.setLearningRate(learningRate);
        trainer.step(
                batch.getFeatures(),
                batch.getLabels(),
                Seeds.mix(Seeds.mix(seed, trainer.steps()), worker),
                weightDecay);
        seconds += (System.nanoTime() - begin) / 1e9;
        examples += batch.numExamples();
    }

    /** Returns the examples since the beginning or the last call of {@link #takeLoss}. */
    long examples() {
        return examples;
    }

    /** Returns the mean loss over the examples since the beginning or the last call; waits for the end of the steps. */
    public double takeLoss() {
        long begin = System.nanoTime();
        double loss = trainer.takeLoss() / examples;
        seconds += (System.nanoTime() - begin) / 1e9;
        examples = 0;
        return loss;
    }

    /** Returns the seconds that were spent on steps. */
    double seconds() {
        return seconds;
    }

    /** Puts weights, optimiser state and count of steps into the network that was given, or one of its kind. */
    public void store(Network network) {
        trainer.store(network);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
