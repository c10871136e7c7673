package io.nightshift.engine.gpu.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.gpu.BlogCnnPlan;
import io.nightshift.engine.gpu.TrainingStep;
import io.nightshift.engine.gpu.cuda.FakeCuda;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.operations.StepOptions;
import io.nightshift.engine.gpu.plan.LayerSpec.AveragePooling;
import io.nightshift.engine.gpu.plan.LayerSpec.ConvolutionRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.DenseRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.LayerSpec.Softmax;
import io.nightshift.engine.gpu.plan.NetworkPlan.Shape;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NetworkPlanTest {

    @Test
    void theBlogsCnnHasItsShapesAndParameters() {
        NetworkPlan plan = BlogCnnPlan.PLAN;
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
                        new Shape(7, 1, 1));
        assertThat(plan.layers())
                .extracting(NetworkPlan.Layer::kept)
                .containsExactly(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.8, 1.0);
    }

    @Test
    void aBatchIsLimitedByItsLargestLayer() {
        assertThat(BlogCnnPlan.PLAN.largestBatch()).isEqualTo(Integer.MAX_VALUE / (64 * 44 * 44));
        assertThatThrownBy(() -> TrainingStep.create(
                        new FakeCuda(),
                        FakeCuda.T4,
                        BlogCnnPlan.PLAN,
                        20_000,
                        new StepOptions(Precision.TF32, true, true, 0, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a batch size of 20000; this network takes 1 to 17331");
    }

    /** Every parameter of DL4J's is its own index in the flat vector, so that a view tells where its elements lie. */
    @Test
    void parametersLieWhereDl4jHasThem() {
        NetworkPlan plan = NetworkPlan.of(
                new Shape(2, 6, 5),
                List.of(
                        new ConvolutionRelu(3, 4),
                        new ConvolutionRelu(3, 3),
                        new AveragePooling(1, 2),
                        new DenseRelu(5, 1),
                        new Softmax(3, 1)));
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                .layer(new org.deeplearning4j.nn.conf.layers.SubsamplingLayer.Builder(
                                new int[] {1, 1}, new int[] {2, 2})
                        .build())
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(new OutputLayer.Builder().nOut(3).build())
                .setInputType(InputType.convolutional(6, 5, 2))
                .build());
        network.init(Nd4j.arange(plan.parameters()).castTo(DataType.FLOAT).reshape(1, plan.parameters()), false);

        assertThat(network.numParams()).isEqualTo(plan.parameters());
        for (int i : new int[] {0, 1, 3, 4}) {
            NetworkPlan.Layer layer = plan.layers().get(i);
            INDArray bias = network.getLayer(i).getParam("b");
            assertThat(bias.getInt(bias.length() > 1 ? 1 : 0)).isEqualTo(layer.bias() + 1);
            INDArray weights = network.getLayer(i).getParam("W");
            assertThat(weights.length()).isEqualTo(layer.weightCount());
            if (layer.spec() instanceof ConvolutionRelu) {
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
    void layersThatCannotBeComputedAreNamed() {
        assertRefused("the last layer must be softmax", new ConvolutionRelu(3, 4));
        assertRefused("softmax must be the last layer", new AveragePooling(8, 1), new Softmax(3, 1), new Softmax(3, 1));
        assertRefused("max pooling must follow a convolution", new MaxPooling(2, 2), new Softmax(3, 1));
        assertRefused(
                "dropout is computed after dense layers only",
                new AveragePooling(8, 1),
                new DenseRelu(4, 0.5),
                new Softmax(3, 1));
        assertRefused("pool them to 1 x 1 before", new ConvolutionRelu(3, 4), new Softmax(3, 1));
        assertRefused("does not fit images", new ConvolutionRelu(9, 4), new Softmax(3, 1));
    }

    private static void assertRefused(String message, LayerSpec... layers) {
        assertThatThrownBy(() -> NetworkPlan.of(new Shape(1, 8, 8), List.of(layers)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
