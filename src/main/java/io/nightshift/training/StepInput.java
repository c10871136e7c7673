package io.nightshift.training;

import io.nightshift.config.settings.AugmentSettings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.config.settings.TrainSettings.ClassWeights;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.augment.Augmentation;
import io.nightshift.dataset.augment.PackedImages;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.model.io.ModelCard;
import io.nightshift.training.averaging.ExampleWeights;
import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Makes of the minibatches of one epoch what a step of training takes: images of the epoch's side as augmentation
 * changes them, and labels, smoothed, mixed with a teacher's scores and weighted as the settings say. Seed, epoch and
 * batch alone decide how.
 */
final class StepInput implements Serializable {
    private static final long serialVersionUID = 1;

    /** Tells the seeds of augmentation from those of the order. */
    private static final long AUGMENTATION = 1;

    private final Augmentation augmentation;
    private final NetworkInput input;
    private final int classes;
    private final double smoothing;
    private final ExampleWeights weights;
    private final boolean packed;
    private final long seed;

    /**
     * @param card        of the network
     * @param classCounts of the training examples, in label order
     * @param packed      whether steps take images as bytes
     * @param epoch       from 1
     */
    StepInput(
            TrainSettings settings,
            AugmentSettings augment,
            ModelCard card,
            long[] classCounts,
            boolean packed,
            int epoch) {
        this.augmentation = augment.leavesImages() ? null : new Augmentation(augment);
        NetworkInput own = card.input();
        this.input = own.withSide(settings.curriculum().side(epoch, settings.epochs(), own.side()));
        this.classes = card.classes().size();
        this.smoothing = settings.regularisation().labelSmoothing();
        this.weights = weights(settings, classCounts, epoch);
        this.packed = packed;
        this.seed = Seeds.mix(Seeds.mix(settings.seed(), epoch), AUGMENTATION);
    }

    private static ExampleWeights weights(TrainSettings settings, long[] classCounts, int epoch) {
        int last = settings.curriculum().classWeightEpochs();
        boolean count = last == 0 || epoch > settings.epochs() - last;
        return new ExampleWeights(count ? settings.regularisation().classWeights() : ClassWeights.NONE, classCounts);
    }

    /** Returns what the network takes in this epoch. */
    NetworkInput networkInput() {
        return input;
    }

    /**
     * Makes the input of one step.
     *
     * @param teacher null for none
     */
    DataSet of(MiniBatch batch, Teacher teacher) {
        long ofBatch = Seeds.mix(seed, batch.number());
        INDArray labels = batch.labels(classes, smoothing);
        if (packed) {
            return weights.on(batch, new DataSet(PackedImages.of(batch, input, augmentation, ofBatch), labels));
        }
        MiniBatch seen = augmentation == null ? batch : augmentation.of(batch, ofBatch);
        INDArray learnt = teacher == null ? labels : teacher.mixed(labels, seen);
        return weights.on(batch, new DataSet(seen.features(input), learnt));
    }
}
