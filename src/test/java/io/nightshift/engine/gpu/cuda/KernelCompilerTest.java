package io.nightshift.engine.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelCompilerTest {
    private static final int[] SUPPORTED = {75, 80, 90, 100};

    @Test
    void aKnownCardGetsMachineCode() {
        assertThat(KernelCompiler.target(90, SUPPORTED)).isEqualTo("sm_90");
    }

    @Test
    void aNewerCardGetsThePtxOfTheOneBefore() {
        assertThat(KernelCompiler.target(89, SUPPORTED)).isEqualTo("compute_80");
        assertThat(KernelCompiler.target(130, SUPPORTED)).isEqualTo("compute_100");
    }

    @Test
    void anOlderCardIsRefused() {
        assertThatThrownBy(() -> KernelCompiler.target(70, SUPPORTED))
                .isInstanceOf(GpuException.class)
                .hasMessage("NVRTC compiles for no card as old as compute capability 7.0");
    }
}
