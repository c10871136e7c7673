package io.nightshift.engine.gpu.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.plan.NetworkPlanTest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterBuffersTest {
    private static List<Integer> channelsOf(String architecture, Precision precision) {
        return ParameterBuffers.filters(NetworkPlanTest.of(architecture), precision).stream()
                .map(layer -> layer.in().channels())
                .toList();
    }

    @Test
    void filtersOfSeveralChannelsAreKeptInAnotherOrderToo() {
        assertThat(channelsOf("blog-cnn", Precision.TF32)).containsExactly(64, 64, 64, 128);
        assertThat(channelsOf("deep", Precision.TF32)).hasSize(9).doesNotContain(1);
    }

    /**
     * Our own kernels of the first layer write its gradient where DL4J has it: what was brought back from the converted
     * filters replaced it by whatever lay there.
     */
    @Test
    void inBfloat16OurOwnFirstLayerIsNotConverted() {
        assertThat(channelsOf("blog-cnn", Precision.BFLOAT16)).containsExactly(64, 64, 64, 128);
        assertThat(channelsOf("compact", Precision.BFLOAT16)).hasSize(7).doesNotContain(1);
        assertThat(channelsOf("deep", Precision.BFLOAT16))
                .as("cuDNN computes the first layer")
                .hasSize(10)
                .contains(1);
    }
}
