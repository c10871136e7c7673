package io.nightshift.engine.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.junit.jupiter.api.Test;

class GpuStreamTest {
    private final FakeCuda cuda = new FakeCuda(FakeCuda.T4);
    private final GpuStream stream = new GpuStream(cuda);
    private final Kernels kernels = new Kernels(cuda, stream, new byte[1]);

    @Test
    void recordedWorkIsReplayedAsOneGraph() {
        GpuStream.Graph graph = stream.record(() -> kernels.forEach("adam", 257, 1L));
        stream.replay(graph);
        stream.replay(graph);
        graph.close();

        assertThat(cuda.log)
                .containsExactly(
                        "createStream",
                        "loadModule",
                        "beginCapture",
                        "function adam",
                        "launch 2x1 blocks of 256x1",
                        "endCapture",
                        "launchGraph",
                        "launchGraph",
                        "destroyGraph");
    }

    @Test
    void aKernelIsLookedUpOnce() {
        kernels.forEach("adam", 1, 1L);
        kernels.forEach("adam", 1, 1L);
        assertThat(cuda.log).containsOnlyOnce("function adam");
    }

    @Test
    void workThatFailsEndsTheRecording() {
        assertThatThrownBy(() -> stream.record(() -> {
                    throw new IllegalStateException("no algorithm");
                }))
                .hasMessage("no algorithm");
        assertThat(cuda.log).endsWith("beginCapture", "endCapture", "destroyGraph");
    }

    @Test
    void aCardLostInMidEpochIsReported() {
        cuda.failing("synchronize", CudaStatus.ECC_UNCORRECTABLE);
        assertThatExceptionOfType(GpuException.class)
                .isThrownBy(stream::synchronize)
                .withMessage("the GPU stopped working (computing failed: status 214); start the process again")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CARD_LOST));
    }

    @Test
    void argumentsBecomeBits() {
        assertThat(Kernels.bits(-1, 1f, -1L, -0f)).containsExactly(0xFFFFFFFFL, 0x3F800000L, -1L, 0x80000000L);
        assertThatThrownBy(() -> Kernels.bits(1.0)).isInstanceOf(IllegalArgumentException.class);
    }
}
