package io.nightshift.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.data.Emotion;
import io.nightshift.data.NetworkInput;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TransferTest {
    private static final ModelCard CARD = ModelCard.ofFer2013("small");
    private static final List<String> OPEN_OR_CLOSED = List.of("closed", "open");

    private final MultiLayerNetwork source = SmallNetwork.withSgd();
    private final INDArray images = Nd4j.rand(3, 1, 48, 48);

    private Transfer transfer(String freezeUpTo, boolean replaceHead) {
        return new Transfer(new Settings.Transfer("old.zip", freezeUpTo, replaceHead), TrainedModel.of(source, CARD));
    }

    private static INDArray weights(MultiLayerNetwork network, int layer) {
        return network.getLayer(layer).params();
    }

    @Test
    void nothingIsChangedByDefault() {
        MultiLayerNetwork network = transfer("", false).network(7, 1, new Adam(0.001));

        assertThat(network.params()).isEqualTo(source.params()).isNotSameAs(source.params());
        assertThat(network.output(images)).isEqualTo(source.output(images));
        assertThat(transfer("", false).card(Emotion.labels()))
                .isEqualTo(new ModelCard(Emotion.labels(), CARD.input(), 1, "transfer: old.zip"));
    }

    @Test
    void layersAreLockedByNameOrByNumber() {
        for (String upTo : List.of("2", "layer1")) {
            MultiLayerNetwork network = transfer(upTo, false).network(7, 1, new Adam(0.001));
            assertThat(network.getLayer(0)).isInstanceOf(FrozenLayer.class);
            assertThat(network.getLayer(1)).isInstanceOf(FrozenLayer.class);
            assertThat(network.getLayer(2)).isNotInstanceOf(FrozenLayer.class);
            assertThat(network.output(images)).isEqualTo(source.output(images));
        }
    }

    @Test
    void noGradientIsComputedForLockedLayers() {
        MultiLayerNetwork network = transfer("2", false).network(7, 1, new Adam(0.001));
        FastLayers.install(network);
        network.setInput(images);
        network.setLabels(Nd4j.eye(7).getRows(0, 1, 2));

        network.computeGradientAndScore();

        assertThat(network.gradient().gradientForVariable().keySet()).containsExactlyInAnyOrder("2_W", "2_b");
    }

    @Test
    void lockedLayersSurviveSaving() throws IOException {
        MultiLayerNetwork network = transfer("1", true).network(2, 1, new Adam(0.001));
        byte[] saved = Checkpoint.of(network).bytes(transfer("1", true).card(OPEN_OR_CLOSED));

        MultiLayerNetwork read = ModelFile.network(saved, true);

        assertThat(read.getLayer(0)).isInstanceOf(FrozenLayer.class);
        assertThat(read.params()).isEqualTo(network.params());
        assertThat(TrainedModel.read(saved).scores(new byte[48 * 48])[0]).hasSize(2);
    }

    @Test
    void aNewHeadLeavesTheLayersBelow() {
        MultiLayerNetwork network = transfer("", true).network(2, 1, new Adam(0.001));

        assertThat(weights(network, 0)).isEqualTo(weights(source, 0));
        assertThat(weights(network, 1)).isEqualTo(weights(source, 1));
        assertThat(network.output(images).shape()).containsExactly(3, 2);
        assertThat(transfer("", true).card(OPEN_OR_CLOSED).classes()).isEqualTo(OPEN_OR_CLOSED);
    }

    @Test
    void theSameSeedGivesTheSameHead() {
        MultiLayerNetwork first = transfer("", true).network(2, 5, new Adam(0.001));
        assertThat(transfer("", true).network(2, 5, new Adam(0.001)).params()).isEqualTo(first.params());
        assertThat(transfer("", true).network(2, 6, new Adam(0.001)).params()).isNotEqualTo(first.params());
    }

    /** As DL4J's importer leaves a Keras model. */
    @Test
    void anImportedSoftmaxBecomesAnOutputLayerThatSaysTheSame() {
        MultiLayerNetwork imported = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(4).updater(new NoOp()).list()
                .layer(new ConvolutionLayer.Builder(8, 8).stride(8, 8).nOut(4).activation(Activation.RELU).build())
                .layer(new DenseLayer.Builder().nOut(7).activation(Activation.IDENTITY).build())
                .layer(new ActivationLayer(Activation.SOFTMAX))
                .layer(new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.IDENTITY).build())
                .setInputType(InputType.convolutional(48, 48, 1)).build());
        imported.init();
        Transfer transfer = new Transfer(new Settings.Transfer("keras.zip", "1", false), TrainedModel.of(imported, CARD));

        MultiLayerNetwork network = transfer.network(7, 1, new Adam(0.01));

        assertThat(network.getnLayers()).isEqualTo(2);
        assertThat(network.output(images).toFloatMatrix()[1]).containsExactly(imported.output(images).toFloatMatrix()[1], within(1e-6f));
        DataSet batch = new DataSet(images, Nd4j.eye(7).getRows(0, 1, 2));
        double before = network.score(batch);
        for (int step = 0; step < 20; step++) {
            network.fit(batch);
        }
        assertThat(network.score(batch)).isLessThan(before / 2);
    }

    @Test
    void whatCannotBeLockedIsAnsweredWithAllNames() {
        for (String upTo : List.of("conv9", "3", "layer2")) {
            assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> transfer(upTo, false))
                    .withMessage("transfer.freeze-up-to = " + upTo + " cannot be used: old.zip has, before its output layer, these 2: "
                            + "layer0, layer1; name one of them, or a number up to 2");
        }
    }

    @Test
    void otherClassesNeedANewHead() {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> transfer("", false).card(OPEN_OR_CLOSED))
                .withMessage("transfer.from = old.zip knows the classes angry,disgust,fear,happy,sad,surprise,neutral, and the data has "
                        + "closed,open; give it a new output layer with --set transfer.replace-head=true");
    }

    @Test
    void aGraphCannotBeTrained() {
        TrainedModel graph = TrainedModel.of(SmallNetwork.graph(), new ModelCard(Emotion.labels(), NetworkInput.grey(48), 1, "keras"));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> new Transfer(new Settings.Transfer("graph.zip", "", false), graph))
                .withMessage("transfer.from = graph.zip: its layers are a graph, and only networks with their layers in a row can be "
                        + "trained; evaluate, predict and score take it");
    }
}
