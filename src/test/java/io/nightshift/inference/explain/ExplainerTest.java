package io.nightshift.inference.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.engine.Network;
import io.nightshift.engine.OperationNetworks;
import io.nightshift.inference.EmotionScores;
import io.nightshift.inference.explain.HeatMap.Method;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.zoo.Architecture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ExplainerTest {
    private static final int SIDE = 12;
    private static final int HAPPY = 3;

    static {
        SmallNetwork.withSgd();
    }

    private static GreyImage noise(int side, long seed) {
        byte[] pixels = new byte[side * side];
        new Random(seed).nextBytes(pixels);
        return new GreyImage(side, side, pixels);
    }

    private static TrainedModel model(Network network) {
        return TrainedModel.of(network, new ModelCard(Emotion.labels(), NetworkInput.grey(SIDE), 1, "test"));
    }

    private static HeatMap explained(TrainedModel model, GreyImage face, int label) {
        try (Explainer explainer = new Explainer(model)) {
            return explainer.explain(face, label);
        }
    }

    /** Where the mean of the maps is all that is asked, the gradient of each map's element is its weight (Zhou, 2016). */
    @Test
    void gradCamOfPooledMapsIsTheirSumByTheClasssWeights() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new NoOp())
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .nOut(6)
                        .activation(Activation.RELU)
                        .build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 1))
                .build());
        network.init();
        GreyImage face = noise(SIDE, 1);
        HeatMap map = explained(model(Network.of(network)), face, HAPPY);

        INDArray maps = network.feedForwardToLayer(0, NetworkInput.grey(SIDE).features(face.pixels()))
                .get(1);
        INDArray weights = network.getLayer(2).getParam("W");
        double[] expected = new double[100];
        for (int channel = 0; channel < 6; channel++) {
            double others = (weights.getRow(channel).sumNumber().doubleValue() - weights.getDouble(channel, HAPPY)) / 6;
            for (int i = 0; i < 100; i++) {
                expected[i] +=
                        (weights.getDouble(channel, HAPPY) - others) * maps.getDouble(0, channel, i / 10, i % 10);
            }
        }
        HeatMap byHand = HeatMap.of(Method.GRAD_CAM, 10, 10, expected);
        assertThat(map.method()).isEqualTo(Method.GRAD_CAM);
        assertThat(map.values()).hasSize(100).containsExactly(byHand.values(), within(1e-2f));
    }

    /** A map that came from the image alone would be a picture of its edges, whatever the model (Adebayo et al., 2018). */
    @Test
    void theMapDependsOnTheModel() {
        GreyImage face = noise(48, 2);
        // Not 0: ND4J takes that for no seed.
        int[] seeds = {1, 2, 4};
        TrainedModel[] models = new TrainedModel[seeds.length];
        for (int i = 0; i < models.length; i++) {
            Network network = Architecture.COMPACT.network(48, 7, seeds[i], new NoOp());
            models[i] =
                    TrainedModel.of(OperationNetworks.withFilledNormalisations(network), ModelCard.ofFer2013("random"));
        }
        HeatMap first = explained(models[0], face, HAPPY);
        assertThat(explained(models[0], face, HAPPY).values()).isEqualTo(first.values());
        assertThat(first.values()).as("somewhere").contains(1f);
        assertThat(List.of(difference(first, models[1], face), difference(first, models[2], face)))
                .allMatch(difference -> difference > 0.1);
    }

    private static double difference(HeatMap map, TrainedModel model, GreyImage face) {
        float[] other = explained(model, face, HAPPY).values();
        double sum = 0;
        for (int i = 0; i < other.length; i++) {
            sum += Math.abs(other[i] - map.values()[i]);
        }
        return sum / other.length;
    }

    @Test
    void aBlockWithAShortcutIsExplainedByTheImagesWhereItsPathsMeet() {
        TrainedModel model = TrainedModel.of(Network.of(SmallNetwork.residual()), ModelCard.ofFer2013("residual"));
        HeatMap map = explained(model, noise(48, 3), HAPPY);
        assertThat(map.method()).isEqualTo(Method.GRAD_CAM);
        assertThat(map.values()).hasSize(map.width() * map.height()).contains(1f);
        assertThat(map.width()).isGreaterThan(1);
    }

    @Test
    void aNetworkWithoutAConvolutionIsExplainedByCoveringTheImage() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new NoOp())
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 1))
                .build());
        network.init();
        network.params().assign(0);
        // Happy is what is bright in the pixel of row 2 and column 9.
        network.getLayer(0).getParam("W").putScalar(2 * SIDE + 9, HAPPY, 5);
        byte[] pixels = new byte[SIDE * SIDE];
        pixels[2 * SIDE + 9] = (byte) 255;
        HeatMap map = explained(model(Network.of(network)), new GreyImage(SIDE, SIDE, pixels), HAPPY);

        assertThat(map.method()).isEqualTo(Method.OCCLUSION);
        assertThat(map.at(9.5 / SIDE, 2.5 / SIDE)).isEqualTo(1);
        assertThat(map.at(2.5 / SIDE, 9.5 / SIDE)).isZero();
    }

    @Test
    void thePictureShowsTheFaceAndTheFaceUnderItsMap() throws IOException {
        HeatMap map = HeatMap.of(Method.GRAD_CAM, 2, 1, new double[] {3, -1});
        byte[] grey = new byte[SIDE * SIDE];
        Arrays.fill(grey, (byte) 100);
        EmotionScores scores = new EmotionScores(Emotion.labels(), new float[] {0, 0, 0, 0.9f, 0.1f, 0, 0});
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(ExplanationPicture.png(
                List.of(new ExplanationPicture.Explained(new GreyImage(SIDE, SIDE, grey), scores, map)), 1)));

        int row = ExplanationPicture.CAPTION + ExplanationPicture.SIDE / 2;
        assertThat(picture.getRGB(10, row) & 0xffffff).isEqualTo(0x646464);
        assertThat(picture.getRGB(ExplanationPicture.SIDE + 10, row) & 0xffffff).isEqualTo(0xc1c128);
        assertThat(picture.getRGB(2 * ExplanationPicture.SIDE - 10, row) & 0xffffff)
                .isEqualTo(0x646464);
        assertThat(picture.getHeight()).isEqualTo(ExplanationPicture.CAPTION + ExplanationPicture.SIDE);
    }
}
