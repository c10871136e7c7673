package io.nightshift.train;

import io.nightshift.config.Settings;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Parameter averaging by DL4J, one averaging round for each call of {@code SparkDl4jMultiLayer.fit}: the RDD that is
 * given has a partition for each worker, with just that worker's minibatches of the round.
 *
 * <p>DL4J's own way is to be given a whole epoch, to count it, and to cut rounds out of it with {@code randomSplit}:
 * every round then computes the whole epoch again to pick out its part, the remainder of a split is dropped, and each
 * round's broadcast stays in memory. What happens within a round (the workers, the tree that sums their results, the
 * averaging) is DL4J's.
 */
final class RoundAveraging extends ParameterAveragingTrainingMaster {
    private final long seed;
    private final int threads;
    private AveragingRound round;
    private Broadcast<NetBroadcastTuple> start;

    RoundAveraging(Settings.Train settings, int workers, int threads) {
        super(new Builder(workers, settings.batchSizePerWorker())
                .batchSizePerWorker(settings.batchSizePerWorker())
                .averagingFrequency(settings.averagingFrequency())
                .saveUpdater(settings.saveUpdater())
                .workerPrefetchNumBatches(settings.prefetchBatches())
                .aggregationDepth(settings.aggregationDepth())
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .repartionData(Repartition.Never)
                .storageLevel(null)
                .rngSeed(settings.seed()));
        this.seed = settings.seed();
        this.threads = threads;
    }

    /** Trains one round. Afterwards the network's score is the mean loss over the round's examples, while training. */
    void train(SparkDl4jMultiLayer network, JavaRDD<DataSet> batches, AveragingRound next) {
        MultiLayerConfiguration counts = network.getNetwork().getLayerWiseConfigurations();
        int iteration = counts.getIterationCount();
        int epoch = counts.getEpochCount();
        round = next;
        network.fit(batches);
        // DL4J counts the averaging frequency and an epoch for each call; schedules and Adam's bias correction need the
        // true numbers.
        counts.setIterationCount(iteration + next.batches());
        counts.setEpochCount(epoch);
    }

    @Override
    public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> batches) {
        try {
            doIteration(network, batches, 1, 1);
        } finally {
            start.destroy();
        }
    }

    @Override
    public ParameterAveragingTrainingWorker getWorkerInstance(SparkDl4jMultiLayer sparkNetwork) {
        MultiLayerNetwork network = sparkNetwork.getNetwork();
        start = sparkNetwork.getSparkContext().broadcast(new NetBroadcastTuple(network.getLayerWiseConfigurations(),
                network.params(), network.getUpdater().getStateViewArray()));
        WorkerConfiguration configuration = new WorkerConfiguration(false, batchSizePerWorker, batchSizePerWorker,
                averagingFrequency, prefetchNumBatches, false);
        return new RoundWorker(start, saveUpdater, configuration, round, seed, threads);
    }
}
