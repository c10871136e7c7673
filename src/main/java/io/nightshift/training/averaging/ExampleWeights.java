package io.nightshift.training.averaging;

import io.nightshift.config.settings.TrainSettings.ClassWeights;
import io.nightshift.dataset.batch.MiniBatch;
import java.io.Serializable;
import java.util.Arrays;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weighs examples in the training loss by their class: the rarer the more, and 1 on average over the training examples,
 * which leaves the learning rate its meaning. Loss and gradient of an example are multiplied by it, through its label,
 * which then sums to the weight; a mask of DL4J would not do, because it multiplies the logits too.
 */
public final class ExampleWeights implements Serializable {
    private static final long serialVersionUID = 1;

    /** By label; null where all examples count the same. */
    private final float[] weights;

    /**
     * Computes the weights of the classes.
     *
     * @param classCounts examples of the training split, by label; a class without any has no weight
     */
    public ExampleWeights(ClassWeights by, long[] classCounts) {
        this.weights = by == ClassWeights.NONE ? null : new float[classCounts.length];
        if (weights == null) {
            return;
        }
        double[] rarity = Arrays.stream(classCounts)
                .mapToDouble(count ->
                        count == 0 ? 0 : by == ClassWeights.BALANCED ? 1.0 / count : 1 / Math.sqrt((double) count))
                .toArray();
        double sum = 0;
        for (int label = 0; label < rarity.length; label++) {
            sum += rarity[label] * classCounts[label];
        }
        double examples = Arrays.stream(classCounts).sum();
        for (int label = 0; label < rarity.length; label++) {
            weights[label] = (float) (rarity[label] * examples / sum);
        }
    }

    /**
     * Weighs the examples of a minibatch.
     *
     * @param dataSet of the batch; changed in place
     */
    public DataSet on(MiniBatch batch, DataSet dataSet) {
        if (weights != null) {
            float[] ofBatch = new float[batch.size()];
            for (int i = 0; i < ofBatch.length; i++) {
                ofBatch[i] = weights[batch.labels()[i]];
            }
            dataSet.getLabels().muliColumnVector(Nd4j.create(ofBatch, new long[] {ofBatch.length, 1}, 'c'));
        }
        return dataSet;
    }
}
