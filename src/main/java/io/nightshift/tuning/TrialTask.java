package io.nightshift.tuning;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.batch.PackedExamples;
import io.nightshift.engine.Backend;
import io.nightshift.evaluation.ConfusionCounts;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.Prediction;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.training.LocalTraining;
import io.nightshift.training.TrainingDivergedException;
import io.nightshift.training.averaging.RoundStart;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One training as a task on an executor: trains, fits a temperature on the held-out rows, and measures. The same task
 * gives the same result on every executor.
 *
 * @param start        the network with its first weights
 * @param training     with its settings
 * @param card         of the network
 * @param views        of an image whose scores are averaged
 * @param onPublicTest whether to measure on PublicTest too
 */
public record TrialTask(
        RoundStart start, LocalTraining training, ModelCard card, TestTimeAugmentation views, boolean onPublicTest)
        implements Serializable {
    private static final int BATCH = 256;

    /**
     * What a training gave. Losses are mean cross-entropies in nats, at the temperature.
     *
     * @param diverged    whether the training diverged; all else is then unknown
     * @param temperature with the least loss on the held-out rows
     * @param loss        on the held-out rows
     * @param accuracy    on the held-out rows, in [0, 1]
     * @param trainLoss   of the last epoch, measured while training
     * @param seconds     of the whole task
     * @param publicTest  on PublicTest; null where that was not asked for
     */
    public record Outcome(
            boolean diverged,
            double temperature,
            double loss,
            double accuracy,
            double trainLoss,
            double seconds,
            PublicTestRows publicTest)
            implements Serializable {}

    /** Does the task, in the thread that asks. */
    public Outcome run(TuningData data) {
        Backend.forTask(Optional.empty());
        long begin = System.nanoTime();
        LocalTraining.Trained trained;
        try {
            trained = training.train(start.network(), data.training());
        } catch (TrainingDivergedException e) {
            return new Outcome(true, 1, Double.NaN, Double.NaN, Double.NaN, seconds(begin), null);
        }
        TrainedModel model = TrainedModel.of(trained.network(), card);
        double temperature = evaluation(predictions(model, data.heldOut())).temperature();
        TrainedModel calibrated = TrainedModel.of(trained.network(), card.withTemperature(temperature));
        Evaluation onHeldOut = evaluation(predictions(calibrated, data.heldOut()));
        PublicTestRows rows = onPublicTest ? PublicTestRows.of(predictions(calibrated, data.publicTest())) : null;
        model.free();
        return new Outcome(
                false,
                temperature,
                onHeldOut.value(Metric.LOSS),
                onHeldOut.value(Metric.ACCURACY),
                trained.loss(),
                seconds(begin),
                rows);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private List<Prediction> predictions(TrainedModel model, PackedExamples examples) {
        List<Prediction> predictions = new ArrayList<>();
        examples.inOrder(BATCH).forEach(batch -> predictions.addAll(Evaluator.predictions(model, batch, BATCH, views)));
        return predictions;
    }

    private Evaluation evaluation(List<Prediction> predictions) {
        ConfusionCounts counts = new ConfusionCounts(card.classes(), 0);
        predictions.forEach(counts::add);
        return counts.evaluation("held out", card.origin());
    }
}
