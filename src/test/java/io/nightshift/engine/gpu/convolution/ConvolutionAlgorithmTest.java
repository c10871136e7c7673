package io.nightshift.engine.gpu.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.gpu.cuda.GpuException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionAlgorithmTest {
    private static final ConvolutionAlgorithm FAST = new ConvolutionAlgorithm(0, 0, 0.1f, 0, false, 3);
    private static final ConvolutionAlgorithm SLOW = new ConvolutionAlgorithm(1, 0, 0.5f, 100, true, 3);
    private static final ConvolutionAlgorithm FAILED = new ConvolutionAlgorithm(2, 3000, -1, 0, true, 3);

    @Test
    void theFastestThatRanIsChosen() {
        assertThat(ConvolutionAlgorithm.best(List.of(FAILED, SLOW, FAST), "images", false))
                .isEqualTo(FAST);
    }

    /** A time would choose another one now and then. */
    @Test
    void bitsThatMustRepeatLeaveOutSomeAndAskForNoTime() {
        ConvolutionAlgorithm faster = new ConvolutionAlgorithm(6, 0, 0.2f, 0, true, 3);
        assertThat(ConvolutionAlgorithm.best(List.of(FAILED, faster, SLOW, FAST), "images", true))
                .isEqualTo(SLOW);
    }

    @Test
    void noneLeftIsReported() {
        assertThatThrownBy(() -> ConvolutionAlgorithm.best(List.of(FAILED, FAST), "images", true))
                .isInstanceOf(GpuException.class)
                .hasMessageStartingWith("cuDNN has no deterministic algorithm for images");
    }
}
