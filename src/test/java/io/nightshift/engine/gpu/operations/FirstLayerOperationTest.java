package io.nightshift.engine.gpu.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.gpu.BlogCnnPlan;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.plan.LayerSpec.AveragePooling;
import io.nightshift.engine.gpu.plan.LayerSpec.ConvolutionRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.LayerSpec.Softmax;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstLayerOperationTest {
    private static final StepOptions CHANNELS_LAST = new StepOptions(Precision.FLOAT32, true, false, 0, false);
    private static final StepOptions CHANNELS_FIRST = new StepOptions(Precision.FLOAT32, false, false, 0, false);

    private static boolean supported(NetworkPlan plan, StepOptions options) {
        return FirstLayerOperation.supports(plan.layers().get(0), plan.layers().get(1), options);
    }

    private static NetworkPlan plan(int channels, int side, int kernel, int filters, int window, int stride) {
        int pooled = (side - kernel + 1 - window) / stride + 1;
        return NetworkPlan.of(
                new NetworkPlan.Shape(channels, side, side),
                List.of(
                        new ConvolutionRelu(kernel, filters),
                        new MaxPooling(window, stride),
                        new AveragePooling(pooled, 1),
                        new Softmax(7, 1)));
    }

    @Test
    void theBlogsFirstLayerIsSupportedWithChannelsLast() {
        assertThat(supported(BlogCnnPlan.PLAN, CHANNELS_LAST)).isTrue();
        assertThat(supported(BlogCnnPlan.PLAN, CHANNELS_FIRST)).isFalse();
    }

    @Test
    void shapesThatDoNotFitAThreadAreLeftToCudnn() {
        assertThat(supported(plan(1, 28, 3, 32, 2, 2), CHANNELS_LAST)).isTrue();
        assertThat(supported(plan(3, 28, 3, 32, 2, 2), CHANNELS_LAST)).isFalse();
        assertThat(supported(plan(1, 28, 3, 48, 2, 2), CHANNELS_LAST)).isFalse();
        assertThat(supported(plan(1, 28, 7, 32, 2, 2), CHANNELS_LAST)).isFalse();
        assertThat(supported(plan(1, 128, 3, 32, 2, 4), CHANNELS_LAST)).isFalse();
    }
}
