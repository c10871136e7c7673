package io.nightshift.config.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Keys;
import java.io.Serializable;
import java.util.List;

/**
 * How a network is trained. Groups that executors need are serialisable.
 *
 * @param epochs    largest number of epochs, of each member
 * @param members   networks that are trained one after the other; of several the model is their ensemble
 * @param seed      of everything random
 * @param curriculum what changes from epoch to epoch
 * @param precision of activations and products in training
 * @param gpuDeterministic whether a GPU must give the same bits again
 * @param calibrate whether a temperature is fitted on the validation rows at the end
 * @param refit     whether the validation rows are trained on too
 */
public record TrainSettings(
        int epochs,
        int members,
        long seed,
        Optimisation optimisation,
        Regularisation regularisation,
        Distillation distillation,
        Curriculum curriculum,
        Workers workers,
        Averaging averaging,
        Stopping stopping,
        Precision precision,
        boolean gpuDeterministic,
        boolean calibrate,
        boolean refit)
        implements Serializable {
    /** The largest number of members. */
    private static final int MOST_MEMBERS = 64;

    /**
     * Returns the settings of one member, which is trained as a network alone with its seed.
     *
     * @param member from 0
     */
    public TrainSettings ofMember(int member) {
        return new TrainSettings(
                epochs,
                1,
                seed + member,
                optimisation,
                regularisation,
                distillation,
                curriculum,
                workers,
                averaging,
                stopping,
                precision,
                gpuDeterministic,
                calibrate,
                refit);
    }

    static TrainSettings of(Keys keys) {
        Stopping stopping = Stopping.of(keys);
        boolean refit = keys.flag("train.refit");
        if (refit && stopping.bestBy() != BestBy.LAST) {
            throw new ConfigurationException("train.refit = true trains on public_test too, so no rows are left to stop"
                    + " training or to choose an epoch by: set train.patience-epochs = 0 and train.best-by = last, and"
                    + " train.epochs to those of the model that the recipe gave before");
        }
        return new TrainSettings(
                keys.integer("train.epochs").between(1, 100_000),
                keys.integer("train.members").between(1, MOST_MEMBERS),
                keys.integer("train.seed").atLeast(0),
                Optimisation.of(keys),
                Regularisation.of(keys),
                Distillation.of(keys),
                Curriculum.of(keys),
                Workers.of(keys),
                Averaging.of(keys),
                stopping,
                keys.oneOf("train.precision", Precision.class),
                keys.flag("train.gpu-deterministic"),
                keys.flag("train.calibrate"),
                refit);
    }

    /** The type of the numbers that a training step computes with; weights and the optimiser's state are floats. */
    public enum Precision {
        /** bfloat16 where every worker's processor or GPU multiplies it, else floats. */
        AUTO,
        FLOAT32,
        BFLOAT16
    }

    /** The algorithm that turns gradients into updates. */
    public enum Optimiser {
        ADAM,
        NESTEROV
    }

    /** How the learning rate changes over the epochs. */
    public enum Schedule {
        CONSTANT,
        COSINE
    }

    /** By what the learning rate is multiplied: 1, the root of the number of workers, or that number. */
    public enum LearningRateScaling {
        CONSTANT,
        SQRT,
        LINEAR
    }

    /**
     * The optimiser and its learning rate.
     *
     * @param warmUpEpochs epochs over which the learning rate grows from 0
     */
    public record Optimisation(
            Optimiser optimiser,
            double learningRate,
            Schedule schedule,
            double warmUpEpochs,
            LearningRateScaling learningRateScaling)
            implements Serializable {

        static Optimisation of(Keys keys) {
            return new Optimisation(
                    keys.oneOf("train.optimiser", Optimiser.class),
                    keys.number("train.learning-rate").positiveUpTo(1_000),
                    keys.oneOf("train.schedule", Schedule.class),
                    keys.number("train.warm-up-epochs").between(0, 100_000),
                    keys.oneOf("train.learning-rate-scaling", LearningRateScaling.class));
        }
    }

    /** The weight of an example in the loss: 1, the inverse of its class's frequency, or the root of that. */
    public enum ClassWeights {
        NONE,
        BALANCED,
        SQRT
    }

    /**
     * What keeps the network from learning the training rows by heart, or the frequent classes alone.
     *
     * @param weightDecay    of weights, not of biases; 0 for none
     * @param labelSmoothing share of a label that is spread over all classes; 0 for none
     * @param averageEpochs  time constant of the moving average of the weights, in epochs; 0 for none
     */
    public record Regularisation(
            double weightDecay, double labelSmoothing, ClassWeights classWeights, double averageEpochs)
            implements Serializable {

        static Regularisation of(Keys keys) {
            return new Regularisation(
                    keys.number("train.weight-decay").between(0, 10),
                    keys.number("train.label-smoothing").between(0, 0.9),
                    keys.oneOf("train.class-weights", ClassWeights.class),
                    keys.number("train.average-epochs").between(0, 1_000));
        }
    }

    /**
     * A trained model whose scores are learnt beside the labels.
     *
     * @param teacher            its URI; empty for none
     * @param teacherShare       of its scores in what is learnt
     * @param teacherTemperature of its scores; above 1 they become more equal
     */
    public record Distillation(String teacher, double teacherShare, double teacherTemperature) implements Serializable {

        static Distillation of(Keys keys) {
            return new Distillation(
                    keys.text("train.teacher"),
                    keys.number("train.teacher-share").between(0, 1),
                    keys.number("train.teacher-temperature").between(0.1, 100));
        }

        /** Whether there is a teacher. */
        public boolean isOn() {
            return !teacher.isEmpty();
        }
    }

    /**
     * What changes from epoch to epoch, beside the learning rate.
     *
     * @param imageSides        ascending sides to which training images are scaled, each for as many epochs, the last
     *                          of which is the network's; empty for the network's alone
     * @param classWeightEpochs last epochs, in which alone class weights count; 0 for all
     */
    public record Curriculum(List<Integer> imageSides, int classWeightEpochs) implements Serializable {
        private static final int MOST_SIDES = 10;

        static Curriculum of(Keys keys) {
            return new Curriculum(
                    keys.ascending("train.image-sides", MOST_SIDES),
                    keys.integer("train.class-weight-epochs").between(0, 100_000));
        }

        /**
         * Returns the side of the images of an epoch.
         *
         * @param epoch  from 1
         * @param epochs of the whole training
         * @param side   of the network's images
         */
        public int side(int epoch, int epochs, int side) {
            return imageSides.isEmpty() ? side : imageSides.get((int) ((epoch - 1L) * imageSides.size() / epochs));
        }
    }

    /**
     * The workers, and the minibatches that each of them trains on.
     *
     * @param count              0 for as many as Spark runs tasks at once
     * @param threadsPerWorker   0 for the executor's cores divided by its workers
     * @param batchSize          examples of all workers' minibatches together; 0 for batchSizePerWorker of each
     * @param batchSizePerWorker examples of one worker's minibatch, where batchSize is 0
     * @param prefetchBatches    minibatches that each worker decodes ahead
     */
    public record Workers(int count, int threadsPerWorker, int batchSize, int batchSizePerWorker, int prefetchBatches)
            implements Serializable {

        static Workers of(Keys keys) {
            return new Workers(
                    keys.integer("train.workers").autoOrUpTo(10_000),
                    keys.integer("train.threads-per-worker").autoOrUpTo(1_024),
                    keys.integer("train.batch-size").between(0, 1_048_576),
                    keys.integer("train.batch-size-per-worker").between(1, 65_536),
                    keys.integer("train.prefetch-batches").between(0, 1_000));
        }

        /** Returns the examples per minibatch of each of this many workers. */
        public int batchSizeOfEach(int workers) {
            return batchSize == 0 ? batchSizePerWorker : Math.max(1, (batchSize + workers / 2) / workers);
        }
    }

    /**
     * How the workers' weights become one.
     *
     * @param frequency         minibatches that a worker trains on between two averagings; 0 for what suits the workers
     * @param saveUpdater       whether the optimiser's state is averaged too
     * @param outerMomentum     of the steps from round to round, in [0, 1); 0 for none
     * @param outerLearningRate by which those steps are multiplied; 1 goes to the average itself
     */
    public record Averaging(int frequency, boolean saveUpdater, double outerMomentum, double outerLearningRate)
            implements Serializable {
        /** The largest frequency. */
        public static final int MOST = 1_000_000;

        static Averaging of(Keys keys) {
            return new Averaging(
                    keys.integer("train.averaging-frequency").autoOrUpTo(MOST),
                    keys.flag("train.save-updater"),
                    keys.number("train.outer-momentum").between(0, 0.99),
                    keys.number("train.outer-learning-rate").positiveUpTo(10));
        }
    }

    /** What makes an epoch the one whose model is kept: that it is the last, or what it reaches on public_test. */
    public enum BestBy {
        @JsonProperty("last")
        LAST,
        @JsonProperty("loss")
        LOSS,
        @JsonProperty("accuracy")
        ACCURACY
    }

    /**
     * When training ends, and which epoch is kept.
     *
     * @param bestBy                  {@link BestBy#LAST} without patience only
     * @param patienceEpochs          epochs without a better one after which training stops; 0 never stops it early
     * @param maxLoss                 loss of an averaging round, in nats, above which training has diverged
     * @param retryLearningRateFactor by which the learning rate is multiplied for one more try after divergence; 0
     *                                disables the retry
     */
    public record Stopping(BestBy bestBy, int patienceEpochs, double maxLoss, double retryLearningRateFactor)
            implements Serializable {

        static Stopping of(Keys keys) {
            int patienceEpochs = keys.integer("train.patience-epochs").between(0, 100_000);
            BestBy bestBy = keys.autoOrOneOf("train.best-by", BestBy.class)
                    .orElse(patienceEpochs > 0 ? BestBy.LOSS : BestBy.LAST);
            if (bestBy == BestBy.LAST && patienceEpochs > 0) {
                throw new ConfigurationException("train.best-by = last cannot be used with train.patience-epochs = "
                        + patienceEpochs + ": a training that stops when it gets no better would keep an epoch that is "
                        + "no better; set train.patience-epochs = 0, or train.best-by = loss or accuracy");
            }
            return new Stopping(
                    bestBy,
                    patienceEpochs,
                    keys.number("train.max-loss").positiveUpTo(1_000_000),
                    keys.number("train.retry-learning-rate-factor").between(0, 0.99));
        }
    }
}
