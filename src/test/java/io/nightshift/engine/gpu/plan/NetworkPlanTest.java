package io.nightshift.engine.gpu.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.Network;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.graph.UpdateRule;
import io.nightshift.model.zoo.Architecture;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

public class NetworkPlanTest {
    private static final Shape FACE = new Shape(1, 48, 48);

    /** Plans one of the zoo's networks. */
    public static NetworkPlan of(String architecture) {
        return plan(Architecture.of(architecture).network(48, 7, 1, new Adam(1e-3)), FACE);
    }

    private static NetworkPlan plan(Network network, Shape input) {
        return NetworkPlan.of(Graph.of(network, input, false), UpdateRule.of(network));
    }

    @Test
    void theBlogsCnnHasItsShapesAndParameters() {
        NetworkPlan plan = of("blog-cnn");
        assertThat(plan.parameters()).isEqualTo(1_485_831);
        assertThat(plan.classes()).isEqualTo(7);
        assertThat(plan.layers())
                .extracting(NetworkPlan.Layer::out)
                .containsExactly(
                        new Shape(64, 44, 44),
                        new Shape(64, 20, 20),
                        new Shape(64, 18, 18),
                        new Shape(64, 16, 16),
                        new Shape(64, 7, 7),
                        new Shape(128, 5, 5),
                        new Shape(128, 3, 3),
                        new Shape(128, 1, 1),
                        new Shape(1024, 1, 1),
                        new Shape(1024, 1, 1),
                        new Shape(1024, 1, 1),
                        new Shape(1024, 1, 1),
                        new Shape(7, 1, 1));
        assertThat(plan.layers().get(9).spec()).isEqualTo(new LayerSpec.Dropout(0.8));
        assertThat(plan.rules()).hasSize(1);
        assertThat(plan.largestBatch()).isEqualTo(Integer.MAX_VALUE / (64 * 44 * 44));
    }

    /** Batch normalisation's running statistics are no optimiser's: they cut the parameters into ranges. */
    @Test
    void normalisedNetworksHaveARangeOfParametersBetweenStatistics() {
        NetworkPlan plan = of("compact");
        assertThat(plan.layers().get(0).spec()).isEqualTo(new LayerSpec.Convolution(3, 1));
        assertThat(plan.layers().get(2).spec())
                .isEqualTo(new LayerSpec.BatchNormalisation(1e-5, 0.9, 320 + 64, 320 + 96));
        assertThat(plan.layers().get(2).weights()).isEqualTo(320);
        assertThat(plan.layers().get(2).bias()).isEqualTo(352);
        assertThat(plan.rules()).hasSize(9);
        assertThat(plan.rules().get(0).length()).isEqualTo(320 + 64);
        assertThat(plan.rules().get(1).start()).isEqualTo(320 + 128);
        assertThat(plan.decayed()).hasSize(9);
        assertThat(of("deep").rules()).hasSize(11);
    }

    private static Network network(UnaryOperator<NeuralNetConfiguration.ListBuilder> layers, int channels) {
        return network(layers, channels, new NeuralNetConfiguration.Builder().updater(new Adam()));
    }

    private static Network network(
            UnaryOperator<NeuralNetConfiguration.ListBuilder> layers,
            int channels,
            NeuralNetConfiguration.Builder builder) {
        MultiLayerNetwork network = new MultiLayerNetwork(
                layers.apply(builder.activation(Activation.RELU).list())
                        .setInputType(InputType.convolutional(8, 8, channels))
                        .build());
        network.init();
        return Network.of(network);
    }

    private static OutputLayer softmax() {
        return new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build();
    }

    private static GlobalPoolingLayer mean() {
        return new GlobalPoolingLayer.Builder(PoolingType.AVG).build();
    }

    private static ConvolutionLayer.Builder convolution(int filters) {
        return new ConvolutionLayer.Builder(3, 3).nOut(filters);
    }

    /** Every parameter of DL4J's is its own index in the flat vector, so that a view tells where its elements lie. */
    @Test
    void parametersLieWhereDl4jHasThem() {
        Network network = network(
                list -> list.layer(convolution(4).build())
                        .layer(convolution(4).build())
                        .layer(mean())
                        .layer(new DenseLayer.Builder().nOut(5).build())
                        .layer(softmax()),
                2);
        INDArray all = network.params();
        all.assign(Nd4j.arange((double) all.length()).reshape(all.shape()));
        NetworkPlan plan = plan(network, new Shape(2, 8, 8));
        int[] dl4jLayers = {0, 1, 3, 4};
        int[] planned = {0, 1, 3, 4};
        for (int i = 0; i < planned.length; i++) {
            NetworkPlan.Layer layer = plan.layers().get(planned[i]);
            INDArray bias = network.layers().get(dl4jLayers[i]).getParam("b");
            INDArray weights = network.layers().get(dl4jLayers[i]).getParam("W");
            assertThat(bias.getInt(1)).isEqualTo(layer.bias() + 1);
            assertThat(weights.length()).isEqualTo(layer.weightCount());
            if (layer.spec() instanceof LayerSpec.Convolution) {
                int in = layer.in().channels();
                assertThat(weights.getInt(1, 0, 0, 0)).isEqualTo(layer.weights() + in * 9);
                assertThat(weights.getInt(0, 1, 0, 0)).isEqualTo(layer.weights() + 9);
                assertThat(weights.getInt(0, 0, 2, 1)).isEqualTo(layer.weights() + 7);
            } else {
                assertThat(weights.getInt(1, 0)).isEqualTo(layer.weights() + 1);
                assertThat(weights.getInt(0, 1))
                        .isEqualTo(layer.weights() + layer.in().size());
            }
        }
    }

    @Test
    void whatACardCannotTrainIsNamed() {
        assertRefused(
                "layer0 (DenseLayer): it takes a flattened image; pool it to 1 x 1 before",
                network(
                        list -> list.layer(new DenseLayer.Builder().nOut(4).build())
                                .layer(softmax()),
                        1));
        assertRefused(
                "layer0 (ConvolutionLayer): its activation is not relu",
                network(
                        list -> list.layer(convolution(4)
                                        .activation(Activation.TANH)
                                        .build())
                                .layer(mean())
                                .layer(softmax()),
                        1));
        assertRefused(
                "layer0 (ConvolutionLayer): a convolution with a stride, a dilation or a window that is no square is not "
                        + "known",
                network(
                        list -> list.layer(convolution(4).stride(2, 2).build())
                                .layer(mean())
                                .layer(softmax()),
                        1));
        assertRefused(
                "layer0 (SubsamplingLayer): a max pooling must follow a convolution",
                network(
                        list -> list.layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                                        .kernelSize(2, 2)
                                        .stride(2, 2)
                                        .build())
                                .layer(mean())
                                .layer(softmax()),
                        1));
        assertRefused(
                "layer1 (GlobalPoolingLayer): its channels are no multiple of 4",
                network(list -> list.layer(convolution(3).build()).layer(mean()).layer(softmax()), 1));
        UnaryOperator<NeuralNetConfiguration.ListBuilder> plain =
                list -> list.layer(convolution(4).build()).layer(mean()).layer(softmax());
        assertRefused(
                "its optimiser is neither Adam nor Nesterov's momentum, the same for all layers",
                network(plain, 1, new NeuralNetConfiguration.Builder().updater(new Sgd(0.1))));
        assertThat(plan(
                                network(
                                        plain,
                                        1,
                                        new NeuralNetConfiguration.Builder().updater(new Nesterovs(0.1, 0.9))),
                                new Shape(1, 8, 8))
                        .rules()
                        .get(0)
                        .atOrigin())
                .isEqualTo(new UpdateRule.Nesterov(0, 0, 0, 0.9));
    }

    private static void assertRefused(String message, Network network) {
        assertThatThrownBy(() -> plan(network, new Shape(1, 8, 8)))
                .isInstanceOf(UnsupportedNetworkException.class)
                .hasMessage(message);
    }
}
