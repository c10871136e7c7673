package io.nightshift.training;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mixes each example of a minibatch with another one of it (Zhang et al., "mixup: Beyond Empirical Risk Minimization",
 * <a href="https://arxiv.org/abs/1710.09412">arXiv:1710.09412</a>), images and labels alike: {@code m x + (1 - m) x'}, with one m for
 * the whole minibatch from the beta distribution of (alpha, alpha), as in the authors' program.
 *
 * @param alpha 0 for no mixing; 0.2 mostly gives one of the two images little weight, 1 gives all weights alike
 */
record Mixup(double alpha) implements Serializable {

    /**
     * Mixes.
     *
     * @param examples changed in place
     * @param seed     of the weight and of who is mixed with whom
     */
    DataSet on(DataSet examples, long seed) {
        if (alpha == 0) {
            return examples;
        }
        SplittableRandom random = new SplittableRandom(seed);
        double weight = new BetaDistribution(alpha, alpha).inverseCumulativeProbability(random.nextDouble());
        int[] others = shuffled(examples.numExamples(), random);
        mix(examples.getFeatures(), others, weight);
        mix(examples.getLabels(), others, weight);
        return examples;
    }

    private static int[] shuffled(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static void mix(INDArray array, int[] others, double weight) {
        INDArray rows = array.reshape(array.size(0), -1);
        INDArray mixed = rows.mul(weight).addi(Nd4j.pullRows(rows, 1, others).muli(1 - weight));
        rows.assign(mixed);
    }
}
