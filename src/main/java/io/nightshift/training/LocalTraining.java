package io.nightshift.training;

import io.nightshift.config.settings.AugmentSettings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.PackedExamples;
import io.nightshift.engine.Network;
import io.nightshift.engine.execution.Computation;
import io.nightshift.model.io.ModelCard;
import io.nightshift.training.averaging.AveragingRound;
import io.nightshift.training.averaging.WorkerGroup;
import io.nightshift.training.averaging.WorkerSteps;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;

/**
 * Trains a network in one task, without Spark and without averaging, for all epochs of the settings. It gives the
 * weights that {@link EpochTrainer} gives with one worker, bit for bit, and keeps those of the last epoch.
 */
public final class LocalTraining implements Serializable {
    private static final long serialVersionUID = 1;

    private final TrainSettings settings;
    private final AugmentSettings augment;
    private final ModelCard card;
    private final Teacher teacher;
    private final Computation computation;
    private final int threads;

    /**
     * Prepares a training.
     *
     * @param card        of the network, which describes its input
     * @param computation on the processor
     * @param threads     native threads
     */
    public LocalTraining(
            TrainSettings settings,
            AugmentSettings augment,
            ModelCard card,
            Optional<Teacher> teacher,
            Computation computation,
            int threads) {
        this.settings = settings;
        this.augment = augment;
        this.card = card;
        this.teacher = teacher.orElse(null);
        this.computation = computation;
        this.threads = threads;
    }

    /**
     * A network after its training.
     *
     * @param network the one that was given, or its averaged weights
     * @param loss    mean over the last epoch, measured while training
     */
    public record Trained(Network network, double loss) {}

    /**
     * Trains.
     *
     * @param network changed in place
     * @throws TrainingDivergedException when the loss of a few minibatches is NaN or above {@code train.max-loss}
     */
    public Trained train(Network network, PackedExamples training) {
        LearningRate rate = new LearningRate(settings, settings.optimisation().learningRate());
        AveragedWeights average = new AveragedWeights(settings.regularisation().averageEpochs(), Optional.empty(), 0);
        double loss = Double.NaN;
        for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
            StepInput input = input(training, epoch);
            loss = epoch(network, training, input, rate, average, epoch);
            int trained = epoch;
            average.renewStatistics(network, averaged -> renewStatistics(averaged, training, input, trained));
        }
        return new Trained(average.of(network), loss);
    }

    private StepInput input(PackedExamples training, int epoch) {
        return new StepInput(
                settings,
                augment,
                card,
                training.classCounts(card.classes().size()),
                computation.takesPackedImages(),
                epoch);
    }

    /** Begins anew in each epoch, because images may have another side. */
    private WorkerSteps steps(Network network, StepInput input) {
        return WorkerSteps.of(network, settings, input.networkInput(), computation, threads, Optional.empty(), 0);
    }

    /**
     * Goes through the minibatches as through the averaging rounds of one worker: the learning rate changes with
     * them.
     */
    private double epoch(
            Network network,
            PackedExamples training,
            StepInput input,
            LearningRate rate,
            AveragedWeights average,
            int epoch) {
        int batchSize = settings.workers().batchSizeOfEach(1);
        int examples = training.size();
        int frequency = new WorkerGroup(1, threads, computation)
                .averagingFrequency(settings.averaging().frequency());
        Iterator<MiniBatch> batches = batches(training, epoch);
        double lossSum = 0;
        long trained = 0;
        try (WorkerSteps steps = steps(network, input)) {
            for (long number = 0; batches.hasNext(); number++) {
                AveragingRound round = AveragingRound.of(number, examples, batchSize, 1, frequency);
                double[] rates = EpochTrainer.learningRates(
                        part -> rate.after(epoch - 1 + part), trained, examples, batchSize, round.batches());
                for (double ofStep : rates) {
                    steps.step(input.of(batches.next(), teacher), ofStep);
                }
                double loss = steps.takeLoss();
                if (!(loss <= settings.stopping().maxLoss())) {
                    throw new TrainingDivergedException(
                            epoch, number + 1, loss, settings.stopping().maxLoss());
                }
                lossSum += loss * round.examples();
                trained += round.examples();
                if (settings.regularisation().averageEpochs() > 0) {
                    steps.store(network);
                    average.add(network, epoch - 1 + (double) trained / examples);
                }
            }
            steps.store(network);
        }
        return lossSum / examples;
    }

    /** Renews batch normalisation's statistics as {@link EpochTrainer#renewStatistics} does after each epoch. */
    private void renewStatistics(Network averaged, PackedExamples training, StepInput input, int epoch) {
        try (WorkerSteps steps = steps(averaged, input)) {
            Iterator<MiniBatch> batches = batches(training, epoch);
            for (int batch = 0; batch < EpochTrainer.STATISTICS_BATCHES && batches.hasNext(); batch++) {
                steps.step(input.of(batches.next(), teacher), 0);
            }
            steps.takeLoss();
            steps.store(averaged);
        }
    }

    private Iterator<MiniBatch> batches(PackedExamples training, int epoch) {
        return training.shuffled(
                        Seeds.mix(settings.seed(), epoch), settings.workers().batchSizeOfEach(1))
                .iterator();
    }
}
