package io.nightshift.engine.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.bytedeco.cuda.global.cudart;
import org.junit.jupiter.api.Test;

class CudaStatusTest {

    @Test
    void numbersAreThoseOfTheLibrary() {
        assertThat(CudaStatus.OUT_OF_MEMORY).isEqualTo(cudart.cudaErrorMemoryAllocation);
        assertThat(CudaStatus.STUB_LIBRARY).isEqualTo(cudart.cudaErrorStubLibrary);
        assertThat(CudaStatus.INSUFFICIENT_DRIVER).isEqualTo(cudart.cudaErrorInsufficientDriver);
        assertThat(CudaStatus.DEVICES_UNAVAILABLE).isEqualTo(cudart.cudaErrorDevicesUnavailable);
        assertThat(CudaStatus.NO_DEVICE).isEqualTo(cudart.cudaErrorNoDevice);
        assertThat(CudaStatus.INVALID_DEVICE).isEqualTo(cudart.cudaErrorInvalidDevice);
        assertThat(CudaStatus.ECC_UNCORRECTABLE).isEqualTo(cudart.cudaErrorECCUncorrectable);
        assertThat(CudaStatus.NVLINK_UNCORRECTABLE).isEqualTo(cudart.cudaErrorNvlinkUncorrectable);
        assertThat(CudaStatus.LAUNCH_TIMEOUT).isEqualTo(cudart.cudaErrorLaunchTimeout);
        assertThat(CudaStatus.CONTEXT_IS_DESTROYED).isEqualTo(cudart.cudaErrorContextIsDestroyed);
        assertThat(CudaStatus.LAUNCH_FAILURE).isEqualTo(cudart.cudaErrorLaunchFailure);
        assertThat(CudaStatus.UNKNOWN).isEqualTo(cudart.cudaErrorUnknown);
    }

    @Test
    void successIsSilent() {
        assertThatCode(() -> CudaStatus.check(new FakeCuda(), CudaStatus.SUCCESS, "nothing"))
                .doesNotThrowAnyException();
    }

    @Test
    void anUnknownStatusIsADefect() {
        assertThat(CudaStatus.reason(cudart.cudaErrorInvalidValue)).isEqualTo(Reason.INTERNAL);
        assertThatThrownBy(() -> CudaStatus.check(new FakeCuda(), 1, "starting a kernel"))
                .hasMessage("starting a kernel failed: status 1");
    }

    @Test
    void aStubOfTheDriverIsNoDriver() {
        assertThatThrownBy(() ->
                        CudaStatus.check(new FakeCuda(), CudaStatus.STUB_LIBRARY, "asking for the number of GPUs"))
                .hasMessageStartingWith("no NVIDIA driver");
    }

    @Test
    void cudnnsStatusesHaveTheSameMeanings() {
        assertThat(Cudnn.reason(Cudnn.DEVICE_ALLOCATION_FAILED)).isEqualTo(Reason.OUT_OF_MEMORY);
        assertThat(Cudnn.reason(Cudnn.SUBLIBRARY_LOADING_FAILED)).isEqualTo(Reason.LIBRARY_MISSING);
        assertThat(Cudnn.reason(5003)).isEqualTo(Reason.CARD_LOST);
        assertThat(Cudnn.reason(3000)).isEqualTo(Reason.INTERNAL);
    }
}
