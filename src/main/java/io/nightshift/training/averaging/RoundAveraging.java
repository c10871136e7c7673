package io.nightshift.training.averaging;

import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.GraphNetwork;
import io.nightshift.engine.Network;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.worker.ExecuteWorkerFlatMap;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Runs DL4J's parameter averaging, one averaging round for each call of {@code fit} of {@link SparkDl4jMultiLayer} or,
 * for graphs, of {@link SparkComputationGraph}: the RDD that is given has a partition for each worker, with just that
 * worker's minibatches of the round.
 *
 * <p>DL4J's own master is given a whole epoch, counts it, and cuts rounds out of it with {@code randomSplit}: every
 * round then computes the whole epoch again to pick out its part, what is left over of a split is dropped, workers are
 * averaged as equals whatever they were trained on, weights are serialized element by element, and each round's
 * broadcast stays in memory. What a worker does with its minibatches (prefetching, fitting) is still DL4J's.
 */
public final class RoundAveraging extends ParameterAveragingTrainingMaster {
    private final TrainSettings settings;
    private final WorkerGroup workers;
    private NetworkInput input;
    private AveragingRound round;
    private double[] learningRates;
    private double loss;
    private double stepSeconds;

    public RoundAveraging(TrainSettings settings, WorkerGroup workers) {
        super(new Builder(workers.count(), settings.workers().batchSizeOfEach(workers.count()))
                .batchSizePerWorker(settings.workers().batchSizeOfEach(workers.count()))
                .averagingFrequency(
                        workers.averagingFrequency(settings.averaging().frequency()))
                .saveUpdater(settings.averaging().saveUpdater())
                .workerPrefetchNumBatches(settings.workers().prefetchBatches())
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .repartionData(Repartition.Never)
                .storageLevel(null)
                .rngSeed(settings.seed()));
        this.settings = settings;
        this.workers = workers;
    }

    /**
     * Trains one round.
     *
     * @param network       changed in place
     * @param images        what the network takes in this round
     * @param learningRates of each step of a worker in the round
     * @return mean loss over the round's examples, measured while training
     */
    public double train(
            JavaSparkContext spark,
            Network network,
            NetworkInput images,
            JavaRDD<DataSet> batches,
            AveragingRound next,
            double[] learningRates) {
        round = next;
        input = images;
        this.learningRates = learningRates;
        int epochs = network.epochs();
        int iterations = network.iterations();
        network.match(
                layers -> new SparkDl4jMultiLayer(spark, layers, this).fit(batches),
                graph -> new SparkComputationGraph(spark, graph, this).fit(batches));
        // Schedules and Adam's bias correction go by the iterations. DL4J counts every call of fit as an epoch, and
        // would
        // add the averaging frequency to the iterations even when the last round of an epoch is a short one.
        network.setCounts(iterations + next.batches(), epochs);
        return loss;
    }

    /** Returns the seconds that all workers spent on forward and backward passes and updates since the last call. */
    public double takeStepSeconds() {
        double taken = stepSeconds;
        stepSeconds = 0;
        return taken;
    }

    @Override
    public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> batches) {
        executeTraining(network.getSparkContext(), Network.of(network.getNetwork()), batches);
    }

    @Override
    public void executeTraining(SparkComputationGraph network, JavaRDD<DataSet> batches) {
        executeTraining(network.getSparkContext(), Network.of(network.getNetwork()), batches);
    }

    private void executeTraining(JavaSparkContext spark, Network network, JavaRDD<DataSet> batches) {
        Broadcast<RoundStart> start = spark.broadcast(RoundStart.of(network));
        try {
            WorkerConfiguration configuration = new WorkerConfiguration(
                    network instanceof GraphNetwork,
                    batchSizePerWorker,
                    batchSizePerWorker,
                    round.batches(),
                    prefetchNumBatches,
                    false);
            RoundWorker worker = new RoundWorker(start, configuration, settings, input, workers, learningRates);
            AveragingRound current = round;
            boolean withUpdater = saveUpdater;
            WeightedUpdate average =
                    UpdateSum.of(batches.mapPartitions(own -> work(worker, own, current, withUpdater)));
            average.putInto(network);
            loss = average.loss();
            stepSeconds += average.stepSeconds();
        } finally {
            start.destroy();
        }
    }

    private static Iterator<WeightedUpdate> work(
            RoundWorker worker, Iterator<DataSet> own, AveragingRound round, boolean withUpdater) throws Exception {
        new ExecuteWorkerFlatMap<>(worker).call(own);
        // A worker without a minibatch, in the last round of a small epoch, has nothing to add.
        return worker.hasWorked()
                ? List.of(worker.update(round, withUpdater)).iterator()
                : List.<WeightedUpdate>of().iterator();
    }
}
