package io.nightshift.model.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TransferSettings;
import io.nightshift.dataset.Emotion;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelFile;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
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
        return new Transfer(
                new TransferSettings("old.zip", freezeUpTo, replaceHead), TrainedModel.of(Network.of(source), CARD));
    }

    private MultiLayerNetwork network(String freezeUpTo, boolean replaceHead, int classes, long seed) {
        return (MultiLayerNetwork) transfer(freezeUpTo, replaceHead)
                .network(classes, seed, new Adam(0.001))
                .model();
    }

    private static INDArray weights(MultiLayerNetwork network, int layer) {
        return network.getLayer(layer).params();
    }

    @Test
    void nothingIsChangedByDefault() {
        MultiLayerNetwork network = network("", false, 7, 1);

        assertThat(network.params()).isEqualTo(source.params()).isNotSameAs(source.params());
        assertThat(network.output(images)).isEqualTo(source.output(images));
        assertThat(transfer("", false).card(Emotion.labels()))
                .isEqualTo(new ModelCard(Emotion.labels(), CARD.input(), 1, "transfer: old.zip"));
    }

    @Test
    void layersAreLockedByNameOrByNumber() {
        for (String upTo : List.of("2", "layer1")) {
            MultiLayerNetwork network = network(upTo, false, 7, 1);
            assertThat(network.getLayer(0)).isInstanceOf(FrozenLayer.class);
            assertThat(network.getLayer(1)).isInstanceOf(FrozenLayer.class);
            assertThat(network.getLayer(2)).isNotInstanceOf(FrozenLayer.class);
            assertThat(network.output(images)).isEqualTo(source.output(images));
        }
    }

    @Test
    void frozenLayersSurviveSaving() throws IOException {
        MultiLayerNetwork network = network("1", true, 2, 1);
        byte[] saved =
                Checkpoint.of(Network.of(network)).bytes(transfer("1", true).card(OPEN_OR_CLOSED));

        MultiLayerNetwork read =
                (MultiLayerNetwork) ModelFile.of(saved).network(true).model();

        assertThat(read.getLayer(0)).isInstanceOf(FrozenLayer.class);
        assertThat(read.params()).isEqualTo(network.params());
        assertThat(TrainedModel.read(saved).scores(new byte[48 * 48])[0]).hasSize(2);
    }

    @Test
    void aNewHeadLeavesTheLayersBelow() {
        MultiLayerNetwork network = network("", true, 2, 1);

        assertThat(weights(network, 0)).isEqualTo(weights(source, 0));
        assertThat(weights(network, 1)).isEqualTo(weights(source, 1));
        assertThat(network.output(images).shape()).containsExactly(3, 2);
        assertThat(transfer("", true).card(OPEN_OR_CLOSED).classes()).isEqualTo(OPEN_OR_CLOSED);
    }

    @Test
    void theSameSeedGivesTheSameHead() {
        MultiLayerNetwork first = network("", true, 2, 5);
        assertThat(network("", true, 2, 5).params()).isEqualTo(first.params());
        assertThat(network("", true, 2, 6).params()).isNotEqualTo(first.params());
    }

    /** As DL4J's importer leaves a Keras model. */
    @Test
    void anImportedSoftmaxGetsALossAndKeepsItsScores() {
        MultiLayerNetwork imported = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new NoOp())
                .list()
                .layer(new ConvolutionLayer.Builder(8, 8)
                        .stride(8, 8)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build())
                .layer(new DenseLayer.Builder()
                        .nOut(7)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new ActivationLayer(Activation.SOFTMAX))
                .layer(new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        imported.init();
        Transfer transfer = new Transfer(
                new TransferSettings("keras.zip", "1", false), TrainedModel.of(Network.of(imported), CARD));

        MultiLayerNetwork network =
                (MultiLayerNetwork) transfer.network(7, 1, new Adam(0.01)).model();

        assertThat(network.output(images).toFloatMatrix()[1])
                .containsExactly(imported.output(images).toFloatMatrix()[1], within(1e-6f));
        DataSet batch = new DataSet(images, Nd4j.eye(7).getRows(0, 1, 2));
        double before = network.score(batch);
        for (int step = 0; step < 20; step++) {
            network.fit(batch);
        }
        assertThat(network.score(batch)).isLessThan(before / 2);
    }

    @Test
    void whatCannotBeFrozenIsAnsweredWithAllNames() {
        for (String upTo : List.of("conv9", "3", "layer2")) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> transfer(upTo, false))
                    .withMessage("transfer.freeze-up-to = " + upTo
                            + " cannot be used: old.zip has, before its output layer, these 2: "
                            + "layer0, layer1; name one of them, or a number up to 2");
        }
    }

    @Test
    void otherClassesNeedANewHead() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> transfer("", false).card(OPEN_OR_CLOSED))
                .withMessage("transfer.from = old.zip knows the classes "
                        + "angry,disgust,fear,happy,sad,surprise,neutral, and the data has closed,open; "
                        + "give it a new output layer with --set transfer.replace-head=true");
    }

    @Test
    void ofOneLayerANewHeadLeavesNothing() {
        TrainedModel single = TrainedModel.of(Network.of(SmallNetwork.ofOneLayer()), CARD);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> new Transfer(new TransferSettings("old.zip", "", true), single))
                .withMessage("transfer.replace-head = true: old.zip has one layer alone, layer0, and a new one would "
                        + "keep nothing of it; leave transfer.from out");
        MultiLayerNetwork kept = (MultiLayerNetwork) new Transfer(new TransferSettings("old.zip", "", false), single)
                .network(7, 1, new Adam(0.001))
                .model();
        assertThat(kept.params())
                .isEqualTo(((MultiLayerNetwork) single.network().model()).params());
    }

    @Test
    void whatDoesNotEndWithASoftmaxCannotBeTrained() {
        MultiLayerNetwork pooled = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .updater(new NoOp())
                .list()
                .layer(new ConvolutionLayer.Builder(8, 8).stride(8, 8).nOut(7).build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG)
                        .name("pool")
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .validateOutputLayerConfig(false)
                .build());
        pooled.init();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> new Transfer(
                        new TransferSettings("old.zip", "", false), TrainedModel.of(Network.of(pooled), CARD)))
                .withMessage("transfer.from = old.zip: what comes last in it, pool, is neither a dense layer nor a "
                        + "softmax, so that it cannot be trained further; evaluate, predict and score take it");
    }
}
