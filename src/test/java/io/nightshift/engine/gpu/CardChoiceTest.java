package io.nightshift.engine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.engine.gpu.cuda.FakeCuda;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.junit.jupiter.api.Test;

class CardChoiceTest {
    /** The runtime's cudaErrorInsufficientDriver. */
    private static final int INSUFFICIENT_DRIVER = 35;

    private static void assertRefused(FakeCuda cuda, String address, Reason reason, String message) {
        assertThatExceptionOfType(GpuException.class)
                .isThrownBy(() -> new CardChoice(cuda).use(address))
                .withMessage(message)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(cuda.used).isEqualTo(-1);
    }

    @Test
    void theFirstUsableCardIsChosen() {
        FakeCuda cuda = new FakeCuda(FakeCuda.V100, FakeCuda.H200);

        assertThat(new CardChoice(cuda).use(null)).isEqualTo(FakeCuda.H200);
        assertThat(cuda.used).isEqualTo(1);
    }

    @Test
    void anAddressChoosesByIndexOrUuid() {
        assertThat(new CardChoice(new FakeCuda(FakeCuda.T4, FakeCuda.H200)).use("1"))
                .isEqualTo(FakeCuda.H200);
        assertThat(new CardChoice(new FakeCuda(FakeCuda.T4, FakeCuda.H200)).use("GPU-aa"))
                .isEqualTo(FakeCuda.T4);
    }

    @Test
    void anUnknownAddressIsRefused() {
        assertRefused(new FakeCuda(FakeCuda.T4), "7", Reason.NO_CARD, "no visible GPU has the address 7");
    }

    @Test
    void aCardBeforeTuringIsRefusedByName() {
        assertRefused(
                new FakeCuda(FakeCuda.V100),
                null,
                Reason.NO_CARD,
                "GPU 0 (Tesla V100-SXM2-16GB) has compute capability 7.0, and CUDA 13 supports 7.5 and above");
    }

    @Test
    void noVisibleCardIsRefused() {
        assertRefused(new FakeCuda(), null, Reason.NO_CARD, "no GPU is visible");
    }

    @Test
    void noDriverIsRefused() {
        FakeCuda cuda = new FakeCuda(FakeCuda.T4);
        cuda.driver = 0;
        assertRefused(cuda, null, Reason.NO_DRIVER, "no NVIDIA driver is running");
    }

    @Test
    void anOldDriverIsRefusedWithItsVersion() {
        FakeCuda cuda = new FakeCuda(FakeCuda.T4);
        cuda.driver = 12080;
        assertRefused(
                cuda,
                null,
                Reason.DRIVER_TOO_OLD,
                "the NVIDIA driver supports CUDA 12.8, and CUDA 13 needs driver 580 or later");
    }

    @Test
    void anOldDriverThatTheRuntimeReportsIsRefused() {
        assertRefused(
                new FakeCuda(FakeCuda.T4).failing("cardCount", INSUFFICIENT_DRIVER),
                null,
                Reason.DRIVER_TOO_OLD,
                "the NVIDIA driver is too old for CUDA 13, which needs 580 or later (asking for the number of "
                        + "GPUs failed: status 35)");
    }
}
