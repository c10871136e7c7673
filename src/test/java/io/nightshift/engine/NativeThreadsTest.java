package io.nightshift.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

class NativeThreadsTest {
    @Test
    void setsAllThreeThreadCounts() {
        for (int threads : new int[] {2, 1}) {
            NativeThreads.perWorker(threads);

            assertThat(NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads())
                    .isEqualTo(threads);
            assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(threads);
            assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(threads);
        }
    }

    @Test
    void refusesLessThanOne() {
        assertThatThrownBy(() -> NativeThreads.perWorker(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
    }
}
