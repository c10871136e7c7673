package io.nightshift.training.averaging;

import io.nightshift.config.TrainSettings;
import io.nightshift.dataset.Seeds;
import io.nightshift.engine.Backend;
import io.nightshift.engine.GraphNetwork;
import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.SequentialNetwork;
import io.nightshift.engine.nd4j.FastLayers;
import io.nightshift.engine.nd4j.FastUpdater;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains one worker's part of an averaging round. In addition to DL4J's worker it computes on the fast layers, counts
 * its examples and their loss (DL4J reports the loss of the last minibatch alone), and seeds the random numbers
 * (dropout) for each minibatch: a round that is computed again, on another executor or after a restart, gives the same
 * result. DL4J begins every round with the same random numbers.
 */
final class RoundWorker extends ParameterAveragingTrainingWorker {
    private static final long serialVersionUID = 1;

    private final Broadcast<RoundStart> start;
    private final long seed;
    private final int threads;
    private final double weightDecay;
    private final TrainSettings.ClassWeights classWeights;
    private Network network;
    private double lossSum;
    private double stepSeconds;
    private long examples;

    RoundWorker(Broadcast<RoundStart> start, WorkerConfiguration configuration, TrainSettings settings, int threads) {
        super(null, true, configuration, null, null, null);
        this.start = start;
        this.seed = settings.seed();
        this.threads = threads;
        this.weightDecay = settings.regularisation().weightDecay();
        this.classWeights = settings.regularisation().classWeights();
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
        Backend.forTask(Optional.ofNullable(TaskContext.get().resourcesJMap().get("gpu"))
                .map(gpu -> gpu.addresses()[0]));
        NativeThreads.perWorker(threads);
        network = start.value().network();
        FastLayers.install(network);
        FastUpdater.install(network);
        ExampleWeights.accept(classWeights, network);
        return network;
    }

    @Override
    public ParameterAveragingTrainingResult processMinibatch(DataSet batch, MultiLayerNetwork trained, boolean isLast) {
        return step(batch, () -> super.processMinibatch(batch, trained, isLast));
    }

    @Override
    public ParameterAveragingTrainingResult processMinibatch(DataSet batch, ComputationGraph trained, boolean isLast) {
        return step(batch, () -> super.processMinibatch(batch, trained, isLast));
    }

    private ParameterAveragingTrainingResult step(DataSet batch, Supplier<ParameterAveragingTrainingResult> fit) {
        Nd4j.getRandom().setSeed(Seeds.mix(Seeds.mix(seed, network.iterations()), TaskContext.getPartitionId()));
        long begin = System.nanoTime();
        ParameterAveragingTrainingResult result = fit.get();
        WeightDecay.apply(network, weightDecay);
        stepSeconds += (System.nanoTime() - begin) / 1e9;
        lossSum += network.model().score() * batch.numExamples();
        examples += batch.numExamples();
        return result;
    }

    /** Counts the examples so far. */
    long examples() {
        return examples;
    }

    /** Makes this worker's part of the round's average, after its last minibatch, and frees its network. */
    WeightedUpdate update(AveragingRound round, boolean withUpdater) {
        WeightedUpdate update = new WeightedUpdate(
                network, withUpdater, (double) examples / round.examples(), lossSum / examples, stepSeconds);
        network.free();
        return update;
    }
}
