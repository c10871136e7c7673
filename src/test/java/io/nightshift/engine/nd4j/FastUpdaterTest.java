package io.nightshift.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.Network;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;

/** The fast Adam against libnd4j's and against Adam in double, over enough iterations for both moments to matter. */
class FastUpdaterTest {
    private static final int ITERATIONS = 12;
    /** More parameters than two of the updater's chunks, and no multiple of one. */
    private static final int PARAMETERS = 50 * 101 + 101 + 101 * 3 + 3;

    @BeforeEach
    void seedWhateverOtherTestsHaveDrawn() {
        Nd4j.getRandom().setSeed(11);
    }

    /**
     * Both updaters get the same gradients. Those of two networks are not the same: Adam divides a gradient near zero
     * by its own size, and with it the last digits, in which the sums of fast and built-in layers differ.
     */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void sameParametersAndStateAsBuiltIn(DataType type) {
        LayerPairs networks = LayerPairs.of(LayerPairs.network(
                type,
                ConvolutionMode.Truncate,
                InputType.feedForward(50),
                List.of(new DenseLayer.Builder()
                        .nOut(101)
                        .activation(Activation.TANH)
                        .build())));
        FastUpdater.install(Network.of(networks.fast()));
        FastUpdater.install(Network.of(networks.fast()));
        assertThat(updater(networks.fast())).isExactlyInstanceOf(FastAdamUpdater.class);
        assertThat(networks.fast().numParams()).isEqualTo(PARAMETERS);

        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            INDArray gradient = Nd4j.createFromArray(gradient(iteration)).castTo(type);
            step(networks.builtIn(), gradient.dup(), iteration);
            step(networks.fast(), gradient.dup(), iteration);
        }

        LayerPairs.assertClose(
                "parameters", networks.fast().params(), networks.builtIn().params(), 1e-5);
        LayerPairs.assertClose(
                "state",
                networks.fast().getUpdater().getStateViewArray(),
                networks.builtIn().getUpdater().getStateViewArray(),
                1e-5);
    }

    private static void step(MultiLayerNetwork network, INDArray gradient, int iteration) {
        updater(network).applyUpdater(gradient, iteration, 0);
        network.params().subi(gradient.reshape(network.params().shape()));
    }

    /** Of sizes from 1e-4, below which Adam's epsilon of 1e-8 begins to count, to a hundred. */
    private static float[] gradient(int iteration) {
        SplittableRandom random = new SplittableRandom(iteration);
        float[] gradient = new float[PARAMETERS];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) ((random.nextBoolean() ? 1 : -1) * Math.pow(10, random.nextDouble(-4, 2)));
        }
        return gradient;
    }

    /** Closer than libnd4j's, which takes powers of beta in float: its updates are off by up to 4e-6. */
    @Test
    void eachUpdateIsAdams() {
        AdamUpdater fast = new FastAdamUpdater(
                (AdamUpdater) new Adam(1e-2).instantiate(Nd4j.zeros(DataType.FLOAT, 1, 2 * PARAMETERS), true));
        double[] mean = new double[PARAMETERS];
        double[] square = new double[PARAMETERS];
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            float[] gradient = gradient(iteration);
            INDArray update = Nd4j.createFromArray(gradient.clone());
            fast.applyUpdater(update, iteration, 0);

            double rate = 1e-2 * Math.sqrt(1 - Math.pow(0.999, iteration + 1)) / (1 - Math.pow(0.9, iteration + 1));
            double[] expected = new double[PARAMETERS];
            for (int i = 0; i < PARAMETERS; i++) {
                mean[i] = 0.9 * mean[i] + (1 - 0.9) * gradient[i];
                square[i] = 0.999 * square[i] + (1 - 0.999) * gradient[i] * gradient[i];
                expected[i] = rate * mean[i] / (Math.sqrt(square[i]) + 1e-8);
            }
            LayerPairs.assertClose(
                    "update " + iteration, update.castTo(DataType.DOUBLE), Nd4j.createFromArray(expected), 1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = "FLOAT")
    void goesOnFromAStateThatWasSet(DataType type) {
        LayerPairs networks = LayerPairs.of(LayerPairs.network(
                type,
                ConvolutionMode.Truncate,
                InputType.feedForward(5),
                List.of(new DenseLayer.Builder().nOut(4).build())));
        DataSet batch = new DataSet(LayerPairs.images(type, 8, 5), LayerPairs.labels(type, 8, LayerPairs.CLASSES));
        networks.builtIn().fit(batch);
        MultiLayerNetwork next = networks.fast();
        next.setParams(networks.builtIn().params());
        next.setIterationCount(networks.builtIn().getIterationCount());
        next.setUpdater(new MultiLayerUpdater(
                next, networks.builtIn().getUpdater().getStateViewArray().dup()));
        FastUpdater.install(Network.of(next));

        networks.builtIn().fit(batch);
        next.fit(batch);

        LayerPairs.assertClose("parameters", next.params(), networks.builtIn().params(), 1e-5);
    }

    private static GradientUpdater<?> updater(MultiLayerNetwork network) {
        return ((BaseMultiLayerUpdater<?>) network.getUpdater())
                .getUpdaterBlocks()
                .get(0)
                .getGradientUpdater();
    }
}
