package io.nightshift.model.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TransferSettings;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class GraphTransferTest {
    private static final ModelCard CARD = ModelCard.ofFer2013("keras");

    private final ComputationGraph source = SmallNetwork.residual();
    private final INDArray images = Nd4j.rand(3, 1, 48, 48);

    private Transfer transfer(ComputationGraph from, String freezeUpTo, boolean replaceHead) {
        return new Transfer(
                new TransferSettings("keras.zip", freezeUpTo, replaceHead), TrainedModel.of(Network.of(from), CARD));
    }

    private ComputationGraph network(ComputationGraph from, String freezeUpTo, boolean replaceHead, int classes) {
        return (ComputationGraph) transfer(from, freezeUpTo, replaceHead)
                .network(classes, 1, new Adam(0.01))
                .model();
    }

    private void assertSaysTheSame(ComputationGraph network) {
        float[][] expected = source.outputSingle(images).toFloatMatrix();
        float[][] scores = network.outputSingle(images).toFloatMatrix();
        for (int i = 0; i < 3; i++) {
            assertThat(scores[i]).containsExactly(expected[i], within(1e-6f));
        }
    }

    @Test
    void anImportedSoftmaxGetsALossKeepsItsScoresAndLearns() {
        ComputationGraph network = network(source, "", false, 7);

        assertThat(network.params()).isEqualTo(source.params());
        assertThat(network.getLayer("scores").conf().getLayer()).isInstanceOf(LossLayer.class);
        assertSaysTheSame(network);
        DataSet batch = new DataSet(images, Nd4j.eye(7).getRows(0, 1, 2));
        double before = network.score(batch);
        for (int step = 0; step < 60; step++) {
            network.fit(batch);
        }
        assertThat(network.score(batch)).isLessThan(before / 2);
    }

    @Test
    void whatWasTrainedIsTrainedFurtherUnchanged() throws IOException {
        byte[] saved =
                TrainedModel.of(Network.of(network(source, "", false, 7)), CARD).bytes();
        ComputationGraph again =
                network((ComputationGraph) TrainedModel.read(saved).network().model(), "", false, 7);

        assertThat(again.params()).isEqualTo(source.params());
        assertSaysTheSame(again);
    }

    @Test
    void aGraphOfOurOwnEndsWithItsOutputLayer() {
        ComputationGraph own = SmallNetwork.graph();
        assertThat(network(own, "1", false, 7).outputSingle(images)).isEqualTo(own.outputSingle(images));
        assertThat(network(own, "1", true, 3).outputSingle(images).shape()).containsExactly(3, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "sum"})
    void layersBeforeANameOrNumberAreFrozenAndGetNoGradient(String upTo) {
        ComputationGraph network = network(source, upTo, false, 7);

        for (String name : List.of("stem", "norm", "shortcut", "wide")) {
            assertThat(network.getLayer(name)).as(name).isInstanceOf(FrozenLayer.class);
        }
        assertThat(network.getLayer("head")).isNotInstanceOf(FrozenLayer.class);
        assertSaysTheSame(network);
        network.setInputs(images);
        network.setLabels(Nd4j.eye(7).getRows(0, 1, 2));
        network.computeGradientAndScore();
        assertThat(network.gradient().gradientForVariable().keySet()).containsExactlyInAnyOrder("head_W", "head_b");
    }

    @Test
    void frozenPartsSurviveSavingAndTheirWeightsLieTogether() throws IOException {
        ComputationGraph network = network(source, "wide", true, 2);
        byte[] saved = Checkpoint.of(Network.of(network))
                .bytes(transfer(source, "wide", true).card(List.of("closed", "open")));

        ComputationGraph read =
                (ComputationGraph) Checkpoint.read(saved).network().model();

        assertThat(Network.of(read).layers().stream()
                        .map(layer -> layer instanceof FrozenLayer)
                        .toList())
                .containsExactly(true, true, true, true, false, false, false);
        assertThat(read.params()).isEqualTo(network.params());
        assertThat(TrainedModel.read(saved).scores(new byte[48 * 48])[0]).hasSize(2);
    }

    @Test
    void aNewHeadLeavesWhatIsBelow() {
        ComputationGraph network = network(source, "", true, 2);

        for (String name : List.of("stem", "norm", "shortcut", "wide")) {
            assertThat(network.getLayer(name).params())
                    .as(name)
                    .isEqualTo(source.getLayer(name).params());
        }
        assertThat(network.outputSingle(images).shape()).containsExactly(3, 2);
        assertThat(network(source, "", true, 2).params()).isEqualTo(network.params());
        assertThat(network.outputSingle(images).sumNumber().doubleValue()).isEqualTo(3, within(1e-5));
    }

    @Test
    void whatCannotBeFrozenIsAnsweredWithAllNames() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> transfer(source, "pool", false))
                .withMessage(
                        "transfer.freeze-up-to = pool cannot be used: keras.zip has, before its output layer, these 5: "
                                + "stem, norm, shortcut, wide, sum; name one of them, or a number up to 5");
    }
}
