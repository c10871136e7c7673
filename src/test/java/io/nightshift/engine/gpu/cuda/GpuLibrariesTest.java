package io.nightshift.engine.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.junit.jupiter.api.Test;

/** With the messages of JavaCPP 1.5.11 and glibc. */
class GpuLibrariesTest {

    private static void assertFails(LinkageError error, Reason reason, String message) {
        assertThatExceptionOfType(GpuException.class)
                .isThrownBy(() -> GpuLibraries.load(() -> {
                    throw error;
                }))
                .withMessage(message)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static LinkageError missing(String library) {
        LinkageError error = new UnsatisfiedLinkError("no jnicudart in java.library.path: :/usr/lib");
        error.initCause(new UnsatisfiedLinkError(
                "/cache/libjnicudart.so: " + library + ": cannot open shared object file: No such file or directory"));
        return error;
    }

    @Test
    void aMissingLibcudaIsAMissingDriver() {
        assertFails(missing("libcuda.so.1"), Reason.NO_DRIVER, "no NVIDIA driver: libcuda.so.1 was not found");
    }

    @Test
    void aMissingLibraryIsNamed() {
        assertFails(
                missing("libcudnn_cnn.so.9"),
                Reason.LIBRARY_MISSING,
                "libcudnn_cnn.so.9 was not found; install CUDA 13 and cuDNN 9, or name their folders in "
                        + "LD_LIBRARY_PATH");
    }

    @Test
    void aMissingNativePartIsNamed() {
        assertFails(
                new UnsatisfiedLinkError("no jnicudart in java.library.path: /usr/lib"),
                Reason.LIBRARY_MISSING,
                "the native part of org.bytedeco:cuda (jnicudart) is not on the class path");
    }

    @Test
    void aSecondAttemptInTheSameProcessHasTheFirstOnesReason() {
        LinkageError error = new NoClassDefFoundError("Could not initialize class org.bytedeco.cuda.global.cudart");
        error.initCause(new ExceptionInInitializerError(
                "Exception java.lang.UnsatisfiedLinkError: no jnicudart in java.library.path: :/usr/lib "
                        + "[in thread \"main\"]"));
        assertFails(
                error,
                Reason.LIBRARY_MISSING,
                "the native part of org.bytedeco:cuda (jnicudart) is not on the class path");
    }
}
