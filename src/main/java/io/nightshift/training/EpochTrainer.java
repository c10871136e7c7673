package io.nightshift.training;

import io.nightshift.config.settings.AugmentSettings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.engine.Network;
import io.nightshift.model.io.ModelCard;
import io.nightshift.training.averaging.AveragingRound;
import io.nightshift.training.averaging.OuterOptimizer;
import io.nightshift.training.averaging.RoundAveraging;
import io.nightshift.training.averaging.WorkerGroup;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network for one epoch after the other, by parameter averaging on Spark. In an epoch each example is used
 * exactly once, in an order that follows from seed and epoch alone.
 */
public final class EpochTrainer {
    /** Minibatches of each worker; with DL4J's decay of 0.9 the earlier statistics count for 1.5 % after them. */
    static final int STATISTICS_BATCHES = 40;

    private static final int STEPS_OF_A_RATE = 10;

    private static final Logger LOG = LoggerFactory.getLogger(EpochTrainer.class);

    private final JavaSparkContext spark;
    private final TrainSettings settings;
    private final ModelCard card;
    private final int workers;
    private final boolean takesPackedImages;
    private final int averagingFrequency;
    private final RoundAveraging averaging;
    private final AugmentSettings augment;
    private final Broadcast<Teacher> teacher;

    /**
     * Prepares for any number of epochs.
     *
     * @param card    of the networks, which describes their input
     * @param teacher that the networks learn from, beside the labels
     * @param workers that train side by side
     */
    public EpochTrainer(
            JavaSparkContext spark,
            TrainSettings settings,
            AugmentSettings augment,
            ModelCard card,
            Optional<Teacher> teacher,
            WorkerGroup workers) {
        this.spark = spark;
        this.settings = settings;
        this.augment = augment;
        this.card = card;
        this.teacher = teacher.map(spark::broadcast).orElse(null);
        this.workers = workers.count();
        this.takesPackedImages = workers.computation().takesPackedImages();
        this.averagingFrequency =
                workers.averagingFrequency(settings.averaging().frequency());
        this.averaging = new RoundAveraging(settings, workers);
    }

    /** Returns the highest learning rate: the one that is set, times its factor for this number of workers. */
    double learningRate() {
        return settings.optimisation().learningRate()
                * switch (settings.optimisation().learningRateScaling()) {
                    case CONSTANT -> 1;
                    case SQRT -> Math.sqrt(workers);
                    case LINEAR -> workers;
                };
    }

    /** Is told after each averaging round. */
    @FunctionalInterface
    public interface RoundListener {
        /**
         * A round has ended.
         *
         * @param examples of this epoch, trained on so far
         * @param loss     mean over the round
         */
        void trained(long examples, double loss);
    }

    /**
     * Trains the network, which is changed in place, for one epoch.
     *
     * @param outer        step from round to round
     * @param learningRate as a function of the fraction of the epoch that has been trained
     * @param epoch        from 1
     * @return mean loss over all examples, measured while training
     * @throws TrainingDivergedException when the loss of a round is NaN or above {@code train.max-loss}
     */
    public double train(
            Network network,
            OuterOptimizer outer,
            Examples training,
            DoubleUnaryOperator learningRate,
            int epoch,
            RoundListener listener) {
        int batchSize = settings.workers().batchSizeOfEach(workers);
        long examples = training.count();
        StepInput input = input(training, epoch);
        long begin = System.nanoTime();
        // Held for the epoch, so that a round finds its minibatches without going through the data again.
        JavaRDD<MiniBatch> batches = training.shuffled(Seeds.mix(settings.seed(), epoch), batchSize, workers)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            double lossSum = 0;
            long trained = 0;
            long rounds = AveragingRound.count(examples, batchSize, workers, averagingFrequency);
            LOG.debug(
                    "epoch {}: begins, {} examples in {} averaging rounds of {} workers",
                    epoch,
                    examples,
                    rounds,
                    workers);
            for (long number = 0; number < rounds; number++) {
                spark.setJobDescription("epoch " + epoch + " of " + settings.epochs() + ", averaging round "
                        + (number + 1) + " of " + rounds);
                AveragingRound round = AveragingRound.of(number, examples, batchSize, workers, averagingFrequency);
                double[] rates =
                        learningRates(learningRate, trained, examples, (long) batchSize * workers, round.batches());
                setLearningRate(network, rates[0]);
                outer.begin(network);
                JavaRDD<DataSet> ofRound = dataSets(batches, input, round);
                double loss = averaging.train(spark, network, input.networkInput(), ofRound, round, rates);
                if (!(loss <= settings.stopping().maxLoss())) {
                    throw new TrainingDivergedException(
                            epoch, number + 1, loss, settings.stopping().maxLoss());
                }
                outer.end(network);
                lossSum += loss * round.examples();
                trained += round.examples();
                listener.trained(trained, loss);
            }
            network.setCounts(network.iterations(), epoch);
            LOG.debug(
                    "epoch {}: took {} s, of which a worker spent {} s on forward and backward passes and updates",
                    epoch,
                    String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) / 1e9),
                    String.format(Locale.ROOT, "%.1f", averaging.takeStepSeconds() / workers));
            return lossSum / examples;
        } finally {
            batches.unpersist(false);
        }
    }

    /**
     * Trains a network on some minibatches of an epoch at a learning rate of 0: of its weights only the running mean
     * and variance of batch normalisation change, to those of these minibatches.
     */
    public void renewStatistics(Network network, Examples training, int epoch) {
        spark.setJobDescription(
                "epoch " + epoch + " of " + settings.epochs() + ", renewing batch normalisation's statistics");
        int batchSize = settings.workers().batchSizeOfEach(workers);
        AveragingRound round = AveragingRound.of(0, training.count(), batchSize, workers, STATISTICS_BATCHES);
        network.setLearningRate(0);
        StepInput input = input(training, epoch);
        averaging.train(
                spark,
                network,
                input.networkInput(),
                dataSets(training.shuffled(Seeds.mix(settings.seed(), epoch), batchSize, workers), input, round),
                round,
                new double[round.batches()]);
    }

    /**
     * Returns the learning rate of each step of a worker in a round. It changes now and then, and not in each step.
     *
     * @param learningRate   as a function of the fraction of the epoch that has been trained
     * @param trained        examples of the epoch before the round
     * @param examples       of the epoch
     * @param examplesOfStep of all workers
     */
    static double[] learningRates(
            DoubleUnaryOperator learningRate, long trained, long examples, long examplesOfStep, int steps) {
        double[] rates = new double[steps];
        for (int step = 0; step < steps; step++) {
            long before = trained + step / STEPS_OF_A_RATE * STEPS_OF_A_RATE * examplesOfStep;
            rates[step] = learningRate.applyAsDouble((double) before / examples);
        }
        return rates;
    }

    /** Sets the rate only when it changes: DL4J builds the optimiser anew. */
    private static void setLearningRate(Network network, double rate) {
        if (network.learningRate() != rate) {
            network.setLearningRate(rate);
        }
    }

    private StepInput input(Examples training, int epoch) {
        return new StepInput(settings, augment, card, training.classCounts(), takesPackedImages, epoch);
    }

    private JavaRDD<DataSet> dataSets(JavaRDD<MiniBatch> batches, StepInput input, AveragingRound round) {
        Broadcast<Teacher> teaching = teacher;
        return batches.mapPartitions(own -> stream(own)
                .skip(round.firstBatch())
                .limit(round.batches())
                .map(batch -> input.of(batch, teaching == null ? null : teaching.value()))
                .iterator());
    }

    private static <T> Stream<T> stream(Iterator<T> iterator) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false);
    }
}
