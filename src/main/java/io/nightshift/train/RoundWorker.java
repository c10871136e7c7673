package io.nightshift.train;

import io.nightshift.data.Seeds;
import io.nightshift.model.FastLayers;
import io.nightshift.model.NativeThreads;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One worker's part of an averaging round. It differs from DL4J's in three things:
 *
 * <ul>
 * <li>Its result is weighted by its share of the round's examples. DL4J sums the results and divides by their number;
 *     with each scaled by {@code examples * workers / examples of the round} that is the mean over examples. With equal
 *     shares the factor is 1 and nothing is touched.
 * <li>Its score is that of all its minibatches, weighted in the same way, and not of the last one alone.
 * <li>Random numbers (dropout) are seeded for each minibatch, so that a round that is computed again, on another
 *     executor or after a restart, comes out the same.
 * </ul>
 */
final class RoundWorker extends ParameterAveragingTrainingWorker {
    private static final long serialVersionUID = 1;

    private final AveragingRound round;
    private final long seed;
    private final int threads;
    private double lossSum;
    private long examples;

    RoundWorker(Broadcast<NetBroadcastTuple> start, boolean saveUpdater, WorkerConfiguration configuration,
                AveragingRound round, long seed, int threads) {
        super(start, saveUpdater, configuration, null, null, null);
        this.round = round;
        this.seed = seed;
        this.threads = threads;
    }

    @Override
    public MultiLayerNetwork getInitialModel() {
        NativeThreads.perWorker(threads);
        MultiLayerNetwork network = super.getInitialModel();
        FastLayers.install(network);
        return network;
    }

    @Override
    public ParameterAveragingTrainingResult processMinibatch(DataSet batch, MultiLayerNetwork network, boolean isLast) {
        long iteration = network.getIterationCount();
        Nd4j.getRandom().setSeed(Seeds.mix(Seeds.mix(seed, iteration), TaskContext.getPartitionId()));
        super.processMinibatch(batch, network, false);
        lossSum += network.score() * batch.numExamples();
        examples += batch.numExamples();
        return isLast ? getFinalResult(network) : null;
    }

    @Override
    public ParameterAveragingTrainingResult getFinalResult(MultiLayerNetwork network) {
        ParameterAveragingTrainingResult result = super.getFinalResult(network);
        double weight = (double) examples * round.activeWorkers() / round.examples();
        if (weight != 1) {
            result.getParameters().muli(weight);
            INDArray updaterState = result.getUpdaterState();
            if (updaterState != null) {
                updaterState.muli(weight);
            }
        }
        double score = lossSum * round.activeWorkers() / round.examples();
        return new ParameterAveragingTrainingResult(result.getParameters(), result.getUpdaterState(), score, null, null,
                null);
    }
}
