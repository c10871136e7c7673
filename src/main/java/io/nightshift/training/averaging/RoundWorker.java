package io.nightshift.training.averaging;

import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Backend;
import io.nightshift.engine.GraphNetwork;
import io.nightshift.engine.Network;
import io.nightshift.engine.SequentialNetwork;
import io.nightshift.engine.execution.Computation;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.api.DataSet;

/**
 * Trains one worker's part of an averaging round. Unlike DL4J's worker it computes on the engine, counts its examples
 * and their loss (DL4J reports the loss of the last minibatch alone), and seeds the random numbers (dropout) for each
 * minibatch: a round that is computed again, on another executor or after a restart, gives the same result. DL4J begins
 * every round with the same random numbers.
 */
final class RoundWorker extends ParameterAveragingTrainingWorker {
    private static final long serialVersionUID = 1;

    private final Broadcast<RoundStart> start;
    private final TrainSettings settings;
    private final int threads;
    private final Computation computation;
    private final double[] learningRates;
    private final NetworkInput input;
    private Network network;
    private transient WorkerSteps steps;
    private int made;

    /**
     * @param learningRates of each step of a worker in the round
     */
    RoundWorker(
            Broadcast<RoundStart> start,
            WorkerConfiguration configuration,
            TrainSettings settings,
            NetworkInput input,
            WorkerGroup workers,
            double[] learningRates) {
        super(null, true, configuration, null, null, null);
        this.start = start;
        this.settings = settings;
        this.threads = workers.threads();
        this.computation = workers.computation();
        this.learningRates = learningRates;
        this.input = input;
    }

    @Override
    public MultiLayerNetwork getInitialModel() {
        return ((SequentialNetwork) begin()).model();
    }

    @Override
    public ComputationGraph getInitialModelGraph() {
        return ((GraphNetwork) begin()).model();
    }

    private Network begin() {
        TaskContext task = TaskContext.get();
        Optional<String> gpu =
                Optional.ofNullable(task.resourcesJMap().get("gpu")).map(given -> given.addresses()[0]);
        Backend.forTask(gpu);
        network = start.value().network();
        WorkerSteps mine =
                WorkerSteps.of(network, settings, input, computation, threads, gpu, TaskContext.getPartitionId());
        task.addTaskCompletionListener((TaskCompletionListener) ended -> mine.close());
        steps = mine;
        return network;
    }

    @Override
    public ParameterAveragingTrainingResult processMinibatch(DataSet batch, MultiLayerNetwork trained, boolean isLast) {
        return step(batch);
    }

    @Override
    public ParameterAveragingTrainingResult processMinibatch(DataSet batch, ComputationGraph trained, boolean isLast) {
        return step(batch);
    }

    /** Makes a step. The result for DL4J is none: {@link #update} makes the worker's part of the average. */
    private ParameterAveragingTrainingResult step(DataSet batch) {
        steps.step(batch, learningRates[made++]);
        return null;
    }

    /** Whether this worker had any minibatch. */
    boolean hasWorked() {
        return made > 0;
    }

    /** Makes this worker's part of the round's average, after its last minibatch, and frees its network. */
    WeightedUpdate update(AveragingRound round, boolean withUpdater) {
        double share = (double) steps.examples() / round.examples();
        double loss = steps.takeLoss();
        steps.store(network);
        WeightedUpdate update = new WeightedUpdate(network, withUpdater, share, loss, steps.seconds());
        network.free();
        return update;
    }
}
