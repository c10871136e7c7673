package io.nightshift.model.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class BlogCnnTest {
    private final MultiLayerNetwork network = (MultiLayerNetwork)
            Architecture.of("blog-cnn").network(48, 7, 1, new Adam(0.001)).model();

    @Test
    void hasTheParametersOfTheBlog() {
        assertThat(network.numParams()).isEqualTo(1_485_831);
    }

    @Test
    void shapesAreThoseOfTheBlogLayerByLayer() {
        List<INDArray> activations = network.feedForward(Nd4j.rand(2, 1, 48, 48), false);

        assertThat(activations.stream().map(INDArray::shape).toList())
                .containsExactly(
                        new long[] {2, 1, 48, 48},
                        new long[] {2, 64, 44, 44},
                        new long[] {2, 64, 20, 20},
                        new long[] {2, 64, 18, 18},
                        new long[] {2, 64, 16, 16},
                        new long[] {2, 64, 7, 7},
                        new long[] {2, 128, 5, 5},
                        new long[] {2, 128, 3, 3},
                        new long[] {2, 128, 1, 1},
                        new long[] {2, 1024},
                        new long[] {2, 1024},
                        new long[] {2, 7});
    }

    @Test
    void sameSeedGivesTheSameWeights() {
        assertThat(Architecture.of("blog-cnn")
                        .network(48, 7, 1, new Adam(0.001))
                        .params())
                .isEqualTo(network.params());
        assertThat(Architecture.of("blog-cnn")
                        .network(48, 7, 2, new Adam(0.001))
                        .params())
                .isNotEqualTo(network.params());
    }
}
