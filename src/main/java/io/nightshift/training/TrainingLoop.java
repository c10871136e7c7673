package io.nightshift.training;

import io.nightshift.config.settings.TrainSettings;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.engine.Network;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelFile;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Run;
import io.nightshift.training.averaging.OuterOptimizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Trains epoch after epoch: validates, writes metrics and checkpoint, keeps the best or the last model, stops when it
 * gets no better.
 */
public final class TrainingLoop {
    private static final double NANOSECONDS = 1e9;

    private final TrainSettings settings;
    private final ModelCard card;
    private final EpochTrainer trainer;
    private final Validation validation;
    private final Run run;
    private final TrainingProgress progress;

    /**
     * Prepares the training of one run.
     *
     * @param card of the network, for its checkpoints and its model
     */
    public TrainingLoop(
            TrainSettings settings,
            ModelCard card,
            EpochTrainer trainer,
            Validation validation,
            Run run,
            TrainingProgress progress) {
        this.settings = settings;
        this.card = card;
        this.trainer = trainer;
        this.validation = validation;
        this.run = run;
        this.progress = progress;
    }

    /** Measures a network on examples that it is not trained on. */
    @FunctionalInterface
    public interface Validation {
        /** Returns loss and accuracy of a network; both NaN without examples to validate on. */
        Score of(Network network);

        /** Mean cross-entropy in nats, and accuracy in [0, 1]. */
        record Score(double loss, double accuracy) {
            /** The score without examples to validate on. */
            public static final Score NONE = new Score(Double.NaN, Double.NaN);
        }
    }

    /**
     * The result of a training.
     *
     * @param epochs metrics of every epoch
     * @param best   those of the best epoch
     * @param kept   those of the epochs whose models were kept: the best, or each member's best
     * @param bestBy what made them the best; {@link BestBy#LAST} where nothing was measured
     */
    public record Outcome(List<EpochMetrics> epochs, EpochMetrics best, List<EpochMetrics> kept, BestBy bestBy) {}

    /**
     * Sums up a training by the rule that its settings choose epochs by.
     *
     * @param kept each member's best epoch
     */
    public static Outcome outcome(TrainSettings settings, List<EpochMetrics> epochs, List<EpochMetrics> kept) {
        EarlyStopping stopping = stopping(settings);
        EpochMetrics best = stopping.best(kept);
        return new Outcome(List.copyOf(epochs), best, List.copyOf(kept), stopping.reason(best));
    }

    /**
     * Trains until the last epoch or until it gets no better. When training diverges it goes back to the last
     * checkpoint and tries once more with a lower learning rate, if the settings say so.
     *
     * @param start    as it is after the last epoch of {@code done}
     * @param done     epochs that were trained before, when the run is resumed
     * @param earlier  epochs of the run's other networks, after which those of this one are numbered
     * @throws TrainingDivergedException when the loss becomes NaN or exceeds {@code train.max-loss}, again if it was
     *                                   retried
     */
    public Outcome train(Checkpoint start, Examples training, List<EpochMetrics> done, List<EpochMetrics> earlier) {
        EarlyStopping stopping = stopping(settings);
        List<EpochMetrics> epochs = new ArrayList<>(done);
        State state = new State(start, epochs.size());
        byte[] lastGood = start.bytes(card);
        LearningRate rate = new LearningRate(settings, base(epochs));
        while (epochs.size() < settings.epochs() && (epochs.isEmpty() || !stopping.shouldStop(epochs))) {
            EpochMetrics metrics;
            try {
                metrics = trainEpoch(state, training, rate, epochs.size() + 1, earlier.size());
            } catch (TrainingDivergedException e) {
                rate = lower(rate, e);
                state.network.free();
                state = new State(checkpoint(lastGood), epochs.size());
                continue;
            }
            epochs.add(metrics);
            boolean best = stopping.best(epochs) == metrics;
            lastGood = state.checkpoint().bytes(card);
            run.writeCheckpoint(metrics.epoch(), lastGood);
            if (best) {
                run.writeModel(ModelFile.bytes(state.averaged(), card, false));
            }
            // Before the row that makes the epoch count as trained, after which a resumed run does not write them.
            run.writeEvents(metrics);
            run.writeMetrics(Stream.concat(earlier.stream(), epochs.stream()).toList());
            run.writeManifest(run.manifest());
            progress.epochEnded(metrics, best && stopping.reason(metrics) != BestBy.LAST);
        }
        return outcome(settings, epochs, List.of(stopping.best(epochs)));
    }

    /** Returns the highest learning rate: the one that is set, unless an earlier process of this run has lowered it. */
    private double base(List<EpochMetrics> done) {
        if (done.isEmpty() || settings.stopping().retryLearningRateFactor() == 0) {
            return trainer.learningRate();
        }
        EpochMetrics last = done.get(done.size() - 1);
        LearningRate asSet = new LearningRate(settings, trainer.learningRate());
        double least = Math.min(asSet.after(done.size() - 1), asSet.after(done.size()));
        return last.learningRate() < least
                ? trainer.learningRate() * settings.stopping().retryLearningRateFactor()
                : trainer.learningRate();
    }

    /** Lowers the learning rate for the second try; there is no third one. */
    private LearningRate lower(LearningRate diverged, TrainingDivergedException why) {
        double lower = trainer.learningRate() * settings.stopping().retryLearningRateFactor();
        if (lower == 0 || diverged.base() <= lower) {
            throw why;
        }
        progress.retrying(why, lower);
        return new LearningRate(settings, lower);
    }

    private static Checkpoint checkpoint(byte[] lastGood) {
        try {
            return Checkpoint.read(lastGood);
        } catch (IOException e) {
            throw new UncheckedIOException("written by this process and cannot be read", e);
        }
    }

    /** The state that training changes, all of which a checkpoint holds. */
    private final class State {
        private final Network network;
        private final AveragedWeights average;
        private final OuterOptimizer outer;

        State(Checkpoint from, int epochs) {
            network = from.network();
            average = new AveragedWeights(settings.regularisation().averageEpochs(), from.averaged(), epochs);
            outer = new OuterOptimizer(settings.averaging(), from.velocity());
        }

        Checkpoint checkpoint() {
            return new Checkpoint(network, average.weights(), outer.velocity());
        }

        /** Returns the network that is validated and kept. */
        Network averaged() {
            return average.of(network);
        }
    }

    /**
     * Finds the best of a run's epochs, by the rule of training.
     *
     * @param epochs at least one
     */
    public static EpochMetrics best(TrainSettings settings, List<EpochMetrics> epochs) {
        return stopping(settings).best(epochs);
    }

    private static EarlyStopping stopping(TrainSettings settings) {
        return new EarlyStopping(
                settings.stopping().bestBy(), settings.stopping().patienceEpochs());
    }

    /**
     * Divides a run's epochs among its members: the next one begins where training of one has ended.
     *
     * @return for each member that has begun its epochs, of the last one perhaps not all
     */
    public static List<List<EpochMetrics>> byMember(TrainSettings settings, List<EpochMetrics> epochs) {
        EarlyStopping stopping = stopping(settings);
        List<List<EpochMetrics>> members = new ArrayList<>();
        for (EpochMetrics epoch : epochs) {
            List<EpochMetrics> last = members.isEmpty() ? null : members.get(members.size() - 1);
            boolean ended = last == null || last.size() >= settings.epochs() || stopping.shouldStop(last);
            if (ended && members.size() < settings.members()) {
                last = new ArrayList<>();
                members.add(last);
            }
            last.add(epoch);
        }
        return members;
    }

    private EpochMetrics trainEpoch(State state, Examples training, LearningRate rate, int epoch, int earlier) {
        progress.epochStarted(earlier + epoch, earlier + settings.epochs(), training.count());
        long begin = System.nanoTime();
        double loss = trainer.train(
                state.network,
                state.outer,
                training,
                part -> rate.after(epoch - 1 + part),
                epoch,
                (examples, roundLoss) -> {
                    state.average.add(state.network, epoch - 1 + (double) examples / training.count());
                    progress.trained(examples, roundLoss);
                });
        double seconds = (System.nanoTime() - begin) / NANOSECONDS;
        state.average.renewStatistics(state.network, averaged -> trainer.renewStatistics(averaged, training, epoch));
        progress.validating();
        Validation.Score score = validation.of(state.averaged());
        return new EpochMetrics(
                earlier + epoch,
                loss,
                score.loss(),
                score.accuracy(),
                state.network.learningRate(),
                training.count() / seconds,
                seconds);
    }
}
