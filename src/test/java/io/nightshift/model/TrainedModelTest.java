package io.nightshift.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class TrainedModelTest {
    private static final ModelCard CARD = ModelCard.ofFer2013("small");

    private final byte[] images = new byte[3 * 48 * 48];

    @TempDir
    private Path folder;

    TrainedModelTest() {
        new Random(3).nextBytes(images);
    }

    @Test
    void scoresAreThoseOfDl4jsOwnLayers() throws IOException {
        MultiLayerNetwork network = SmallNetwork.withSgd();
        float[][] expected =
                network.output(NetworkInput.grey(48).features(images)).toFloatMatrix();

        for (Model kind : List.of(network, SmallNetwork.graph())) {
            float[][] scores = TrainedModel.read(
                            TrainedModel.of(Network.of(kind), CARD).bytes())
                    .scores(images);
            assertThat(scores).hasDimensions(3, 7);
            for (int i = 0; i < 3; i++) {
                assertThat(scores[i]).containsExactly(expected[i], within(1e-6f));
                assertThat(sum(scores[i])).isEqualTo(1, within(1e-6));
            }
        }
    }

    @Test
    void aTemperatureDividesTheLogits() {
        MultiLayerNetwork network = SmallNetwork.withSgd();
        INDArray hidden = network.feedForwardToLayer(1, NetworkInput.grey(48).features(images))
                .get(2);
        double[] logits = hidden.mmul(network.getOutputLayer().getParam("W"))
                .addiRowVector(network.getOutputLayer().getParam("b"))
                .toDoubleMatrix()[0];
        float[] scores =
                TrainedModel.of(Network.of(network), CARD.withTemperature(2.5)).scores(images)[0];

        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit / 2.5);
        }
        for (int label = 0; label < 7; label++) {
            assertThat((double) scores[label]).isEqualTo(Math.exp(logits[label] / 2.5) / sum, within(1e-6));
        }
    }

    @Test
    void aModelOfPlainDl4jIsTakenForOneOfFer2013() throws IOException {
        Path plain = folder.resolve("plain.zip");
        ModelSerializer.writeModel(SmallNetwork.withSgd(), plain.toFile(), true);

        ModelCard card = TrainedModel.load(Optional.of(Files.readAllBytes(plain)), "plain.zip")
                .card();
        assertThat(card).isEqualTo(ModelCard.ofFer2013("a model without nightshift.json"));
        assertThat(card.classes()).isEqualTo(Emotion.labels());
    }

    @Test
    void aNetworkThatItsCardDoesNotFitIsRefused() {
        String name = "; name a model.zip or a checkpoint of a run";

        refused(
                Optional.empty(),
                "model.zip: there is no such file; a run's best model is <output>/runs/<run-id>/model.zip");
        refused(
                model(new ModelCard(Emotion.labels(), NetworkInput.grey(64), 1, "other size")),
                "model.zip: the network does not take images of [1, 64, 64], although nightshift.json says so "
                        + "(layer1 (DenseLayer) takes 144 numbers, and is given images of [4, 8, 8])" + name);
        refused(
                model(new ModelCard(List.of("cat", "dog"), NetworkInput.grey(48), 1, "other classes")),
                "model.zip: the network gives 7 scores, and nightshift.json names 2 classes" + name);
    }

    private static Optional<byte[]> model(ModelCard card) {
        return Optional.of(
                TrainedModel.of(Network.of(SmallNetwork.withSgd()), card).bytes());
    }

    private static void refused(Optional<byte[]> content, String message) {
        assertThatThrownBy(() -> TrainedModel.load(content, "model.zip"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    private static double sum(float[] scores) {
        double sum = 0;
        for (float score : scores) {
            sum += score;
        }
        return sum;
    }
}
