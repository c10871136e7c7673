package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Compiles this package's kernels for a card. */
public final class KernelCompiler {
    /** Goes before each file. */
    private static final String NUMBERS = "numbers.cuh";

    private KernelCompiler() {}

    /**
     * Compiles a file of kernels; takes a second or two.
     *
     * @param file         a resource of this package, such as {@code kernels.cu}
     * @param architecture the card's compute capability without its dot
     * @param definitions  macros, such as {@code KERNEL=5}
     * @return machine code, or PTX if NVRTC is older than the card, for {@link CudaCalls#loadModule}
     */
    public static byte[] compile(String file, int architecture, String... definitions) {
        return compile(file, source(NUMBERS) + source(file), target(architecture, supported()), definitions);
    }

    /**
     * Returns the best target for a card that NVRTC can compile for: its own machine code, else PTX, which the driver
     * translates.
     */
    static String target(int architecture, int[] supported) {
        if (Arrays.stream(supported).anyMatch(one -> one == architecture)) {
            return "sm_" + architecture;
        }
        return "compute_"
                + Arrays.stream(supported)
                        .filter(one -> one < architecture)
                        .max()
                        .orElseThrow(() -> new GpuException(
                                Reason.NO_CARD,
                                "NVRTC compiles for no card as old as compute capability %d.%d"
                                        .formatted(architecture / 10, architecture % 10)));
    }

    private static byte[] compile(String file, String source, String target, String... definitions) {
        List<String> options = new ArrayList<>(List.of("--gpu-architecture=" + target, "--std=c++17"));
        for (String definition : definitions) {
            options.add("--define-macro=" + definition);
        }
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer text = new BytePointer(source, StandardCharsets.UTF_8);
                BytePointer name = new BytePointer(file);
                PointerPointer<BytePointer> arguments = new PointerPointer<>(options.toArray(String[]::new))) {
            check(
                    nvrtc.nvrtcCreateProgram(program, text, name, 0, (PointerPointer<?>) null, null),
                    "creating a program");
            int status = nvrtc.nvrtcCompileProgram(program, options.size(), arguments);
            if (status != nvrtc.NVRTC_SUCCESS) {
                throw new GpuException(Reason.INTERNAL, file + " does not compile for " + target + ": " + log(program));
            }
            return target.startsWith("sm_") ? machineCode(program) : ptx(program);
        } finally {
            nvrtc.nvrtcDestroyProgram(program);
        }
    }

    private static byte[] machineCode(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetCUBINSize(program, size), "asking for the machine code's size");
            byte[] code = new byte[Math.toIntExact(size.get())];
            check(nvrtc.nvrtcGetCUBIN(program, code), "getting the machine code");
            return code;
        }
    }

    private static byte[] ptx(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetPTXSize(program, size), "asking for the PTX's size");
            byte[] code = new byte[Math.toIntExact(size.get())];
            check(nvrtc.nvrtcGetPTX(program, code), "getting the PTX");
            return code;
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetProgramLogSize(program, size), "asking for the log's size");
            byte[] log = new byte[Math.toIntExact(size.get())];
            check(nvrtc.nvrtcGetProgramLog(program, log), "getting the log");
            return new String(log, StandardCharsets.UTF_8).strip();
        }
    }

    private static int[] supported() {
        int[] count = new int[1];
        check(nvrtc.nvrtcGetNumSupportedArchs(count), "asking for the number of targets");
        int[] supported = new int[count[0]];
        check(nvrtc.nvrtcGetSupportedArchs(supported), "asking for the targets");
        return supported;
    }

    private static String source(String file) {
        try (InputStream stream = KernelCompiler.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(int status, String doing) {
        if (status != nvrtc.NVRTC_SUCCESS) {
            throw new GpuException(
                    Reason.INTERNAL,
                    "NVRTC: " + doing + " failed: "
                            + nvrtc.nvrtcGetErrorString(status).getString());
        }
    }
}
