package io.nightshift.engine.gpu.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.gpu.plan.LayerSpec.Convolution;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import io.nightshift.engine.gpu.plan.NetworkPlan.Layer;
import io.nightshift.engine.gpu.plan.NetworkPlanTest;
import io.nightshift.engine.graph.Shape;
import org.junit.jupiter.api.Test;

class FirstLayerOperationTest {
    private static boolean supported(NetworkPlan plan) {
        return FirstLayerOperation.supports(plan.layers().get(0), plan.layers().get(1));
    }

    private static boolean supported(int channels, int side, int kernel, int filters, int window, int stride) {
        int convolved = side - kernel + 1;
        return supported(channels, side, kernel, filters, window, stride, (convolved - window) / stride + 1);
    }

    private static boolean supported(
            int channels, int side, int kernel, int filters, int window, int stride, int pooledSide) {
        Shape convolved = new Shape(filters, side - kernel + 1, side - kernel + 1);
        Shape pooled = new Shape(filters, pooledSide, pooledSide);
        return FirstLayerOperation.supports(
                new Layer(new Convolution(kernel, 0), new Shape(channels, side, side), convolved, 0, filters),
                new Layer(new MaxPooling(window, stride), convolved, pooled, -1, -1));
    }

    @Test
    void theFirstLayersOfTheZooAreSupported() {
        assertThat(supported(NetworkPlanTest.of("blog-cnn"))).isTrue();
        assertThat(supported(NetworkPlanTest.of("compact"))).isTrue();
    }

    @Test
    void shapesThatDoNotFitAThreadAreLeftToCudnn() {
        assertThat(supported(1, 28, 3, 32, 2, 2)).isTrue();
        assertThat(supported(3, 28, 3, 32, 2, 2)).isFalse();
        assertThat(supported(1, 28, 3, 48, 2, 2)).isFalse();
        assertThat(supported(1, 28, 7, 32, 2, 2)).isFalse();
        assertThat(supported(1, 128, 3, 32, 2, 4)).isFalse();
        assertThat(supported(1, 29, 3, 32, 2, 2, 14))
                .as("the last window is cut short")
                .isFalse();
    }
}
