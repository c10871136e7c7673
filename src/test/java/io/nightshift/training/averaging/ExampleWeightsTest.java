package io.nightshift.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.settings.TrainSettings.ClassWeights;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.model.SmallNetwork;
import io.nightshift.training.PlainTraining;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class ExampleWeightsTest {
    private static final double SMOOTHING = 0.1;
    private static final int AREA = 48 * 48;

    private static float[] weights(ClassWeights by, long... counts) {
        MiniBatch oneOfEach = new MiniBatch(0, new byte[] {0, 1, 2}, new byte[3 * AREA]);
        DataSet dataSet = oneOfEach.toDataSet(NetworkInput.grey(Emotion.SIDE), 3, 0);
        return new ExampleWeights(by, counts)
                .on(oneOfEach, dataSet)
                .getLabels()
                .sum(1)
                .toFloatVector();
    }

    @Test
    void rareClassesCountMoreAndTheMeanIsOne() {
        // 1/9 and 1, or 1/3 and 1, times what makes nine of the one and one of the other sum to ten.
        assertThat(weights(ClassWeights.BALANCED, 9, 1, 0)).containsExactly(new float[] {5 / 9f, 5, 0}, within(1e-6f));
        assertThat(weights(ClassWeights.SQRT, 9, 1, 0)).containsExactly(new float[] {5 / 6f, 2.5f, 0}, within(1e-6f));
        assertThat(weights(ClassWeights.NONE, 9, 1, 0)).containsExactly(1, 1, 1);
    }

    @Test
    void aClassWithoutExamplesChangesNothing() {
        assertThat(weights(ClassWeights.BALANCED, 9, 0, 1)).containsExactly(new float[] {5 / 9f, 0, 5}, within(1e-6f));
        assertThat(weights(ClassWeights.SQRT, 9, 0, 1)).containsExactly(new float[] {5 / 6f, 0, 2.5f}, within(1e-6f));
    }

    @Test
    void anExampleOfTwiceTheWeightIsTwoExamples() {
        byte[] images = new byte[3 * AREA];
        new Random(1).nextBytes(images);
        System.arraycopy(images, 0, images, AREA, AREA);
        MiniBatch twice = new MiniBatch(0, new byte[] {3, 3, 5}, images);
        byte[] once = new byte[2 * AREA];
        System.arraycopy(images, AREA, once, 0, once.length);
        // One of class 3, two of class 5: weights 1.5 and 0.75.
        ExampleWeights weights = new ExampleWeights(ClassWeights.BALANCED, new long[] {0, 0, 0, 1, 0, 2, 0});
        MiniBatch batch = new MiniBatch(0, new byte[] {3, 5}, once);
        DataSet weighted =
                weights.on(batch, batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, SMOOTHING));

        MultiLayerNetwork one = SmallNetwork.withSgd();
        MultiLayerNetwork other = SmallNetwork.withSgd();
        // (1.5 a + 0.75 b) / 2 is 1.125 times (a + a + b) / 3.
        other.setLearningRate(0.5 * 1.125);
        double loss = PlainTraining.fit(one, weighted);
        double otherLoss =
                PlainTraining.fit(other, twice.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, SMOOTHING));

        assertThat(one.params().sub(other.params()).amaxNumber().doubleValue()).isLessThan(1e-5);
        assertThat(one.params()
                        .sub(SmallNetwork.withSgd().params())
                        .amaxNumber()
                        .doubleValue())
                .isGreaterThan(0.01);
        assertThat(loss).isCloseTo(1.125 * otherLoss, within(1e-5));
    }

    @Test
    void withoutWeightsAMinibatchStaysAsItIs() {
        MiniBatch batch = new MiniBatch(0, new byte[] {3}, new byte[AREA]);
        DataSet plain = batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0);
        assertThat(new ExampleWeights(ClassWeights.NONE, new long[] {1, 2}).on(batch, plain))
                .isSameAs(plain);
        assertThat(plain.getLabels().toFloatVector()).containsExactly(0, 0, 0, 1, 0, 0, 0);
    }
}
