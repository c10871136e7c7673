package io.nightshift.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.engine.Network;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class OuterOptimizerTest {
    /** One weight and one bias. */
    private static MultiLayerNetwork tiny() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(1)
                        .nOut(1)
                        .build())
                .build());
        network.init();
        return network;
    }

    private static OuterOptimizer step(double momentum, double rate) {
        return new OuterOptimizer(averaging(momentum, rate), Optional.empty());
    }

    private static TrainSettings.Averaging averaging(double momentum, double rate) {
        return TestSettings.of("train.outer-momentum=" + momentum, "train.outer-learning-rate=" + rate)
                .train()
                .averaging();
    }

    /** Where a round that began with the network as it is, and came to this average, leads to. */
    private static float[] next(OuterOptimizer step, MultiLayerNetwork network, float... average) {
        step.begin(Network.of(network));
        network.setParams(Nd4j.createFromArray(average));
        step.end(Network.of(network));
        return network.params().toFloatVector();
    }

    @Test
    void twoStepsOfNesterovCountedByHand() {
        MultiLayerNetwork network = tiny();
        network.setParams(Nd4j.createFromArray(10f, 4f));
        OuterOptimizer step = step(0.5, 0.5);

        // delta 2 and -1, velocity the same: 10 - 0.5 (1 + 2), 4 - 0.5 (-0.5 - 1).
        assertThat(next(step, network, 8, 5)).containsExactly(8.5f, 4.75f);
        // delta 1 and 0, velocity 1 + 1 and -0.5: 8.5 - 0.5 (1 + 1), 4.75 - 0.5 (-0.25 + 0).
        assertThat(next(step, network, 7.5f, 4.75f)).containsExactly(7.5f, 4.875f);
        assertThat(step.velocity().orElseThrow().toFloatVector()).containsExactly(2, -0.5f);
    }

    @Test
    void aRateAloneGoesPartOfTheWay() {
        MultiLayerNetwork network = tiny();
        network.setParams(Nd4j.createFromArray(10f, 4f));
        OuterOptimizer step = step(0, 0.25);
        assertThat(next(step, network, 8, 8)).containsExactly(9.5f, 5);
        assertThat(step.velocity()).isEmpty();
    }

    @Test
    void atARateOfOneWithoutMomentumItIsTheAverage() {
        MultiLayerNetwork network = tiny();
        network.setParams(Nd4j.createFromArray(1e8f, 4f));
        assertThat(next(step(0, 1), network, 0.1f, 0.3f)).containsExactly(0.1f, 0.3f);
    }

    @Test
    void itGoesOnWithTheVelocityThatItIsGiven() {
        MultiLayerNetwork network = tiny();
        network.setParams(Nd4j.createFromArray(8.5f, 4.75f));
        OuterOptimizer step = new OuterOptimizer(averaging(0.5, 0.5), Optional.of(Nd4j.createFromArray(2f, -1f)));
        assertThat(next(step, network, 7.5f, 4.75f)).containsExactly(7.5f, 4.875f);
    }

    @Test
    void batchNormStatisticsAreThoseOfTheAverage() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .updater(new Sgd(1))
                .list()
                .layer(new FrozenLayer(new BatchNormalization()))
                .layer(new BatchNormalization())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(1)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
        network.init();
        network.params().assign(1);
        OuterOptimizer step = step(0.5, 1);
        step.begin(Network.of(network));
        network.params().assign(3);
        step.end(Network.of(network));

        Map<String, INDArray> parameters = network.paramTable();
        assertThat(parameters).containsKeys("0_gamma", "0_mean", "1_mean", "1_log10stdev", "2_W");
        // delta -2: 1 + (1 + 2).
        parameters.forEach((name, values) -> assertThat(values.toDoubleVector())
                .as(name)
                .containsOnly(name.matches("._(mean|var|log10stdev)") ? 3 : 4));
    }
}
