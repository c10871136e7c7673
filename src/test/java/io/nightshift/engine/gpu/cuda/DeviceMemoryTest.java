package io.nightshift.engine.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
    private final FakeCuda cuda = new FakeCuda(FakeCuda.T4);
    private final DeviceMemory memory = new DeviceMemory(cuda);

    @Test
    void whatIsUploadedIsDownloaded() {
        DeviceBuffer floats = memory.floats("values", 3);
        floats.upload(new float[] {1.5f, -0f, Float.NaN});
        assertThat(floats.downloadFloats()).containsExactly(1.5f, -0f, Float.NaN);

        DeviceBuffer integers = memory.bytes("labels", 8);
        integers.upload(new int[] {6, 1});
        assertThat(integers.downloadBytes()).containsExactly(6, 0, 0, 0, 1, 0, 0, 0);

        DeviceBuffer bytes = memory.bytes("pixels", 2);
        bytes.upload(new byte[] {-1, 7});
        assertThat(bytes.downloadBytes()).containsExactly(-1, 7);
    }

    @Test
    void anUploadOfAnotherSizeIsRefused() {
        DeviceBuffer buffer = memory.floats("values", 3);
        assertThatThrownBy(() -> buffer.upload(new float[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("8 bytes do not fill values (12 bytes)");
    }

    @Test
    void anAddressBeyondTheEndIsRefused() {
        DeviceBuffer buffer = memory.floats("values", 3);
        assertThat(buffer.floatAddress(2)).isEqualTo(buffer.address() + 8);
        assertThatThrownBy(() -> buffer.floatAddress(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void closingFreesAllTheYoungestFirst() {
        long first = memory.floats("first", 1).address();
        long second = memory.floats("second", 1).address();
        assertThat(memory.allocated()).isEqualTo(8);

        memory.close();
        memory.close();

        assertThat(cuda.log).endsWith("free " + second, "free " + first);
        assertThat(cuda.memory).isEmpty();
        assertThat(memory.allocated()).isZero();
    }

    @Test
    void aFreedBufferIsNotUsedAgain() {
        DeviceBuffer buffer = memory.floats("values", 1);
        memory.free(buffer);
        assertThatThrownBy(buffer::address)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("values (4 bytes) was freed");
        assertThatThrownBy(() -> memory.free(buffer)).isInstanceOf(IllegalArgumentException.class);
        assertThat(memory.allocated()).isZero();
    }

    @Test
    void fullMemorySaysWhatDidNotFit() {
        memory.bytes("parameters", 700 << 10);
        assertThatExceptionOfType(GpuException.class)
                .isThrownBy(() -> memory.bytes("the output of layer 0", 2 << 20))
                .withMessage("the GPU's memory does not suffice: the output of layer 0 needs 2 MiB, 1 MiB are in use "
                        + "by this network and 0 MiB are free; use a smaller batch size")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OUT_OF_MEMORY));
        memory.close();
        assertThat(cuda.memory).isEmpty();
    }

    @Test
    void closingOnALostCardDoesNotHideWhatHappened() {
        memory.floats("first", 1);
        memory.floats("second", 1);
        cuda.failing("free", CudaStatus.LAUNCH_FAILURE);
        assertThatCode(memory::close).doesNotThrowAnyException();
        assertThat(cuda.memory).isEmpty();
    }

    @Test
    void aDefectInFreeingIsReportedAfterAllWereFreed() {
        memory.floats("first", 1);
        memory.floats("second", 1);
        cuda.failing("free", 1);
        assertThatThrownBy(memory::close)
                .isInstanceOf(GpuException.class)
                .hasMessage("freeing second failed: status 1");
        assertThat(cuda.memory).isEmpty();
    }
}
