package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.javacpp.Loader;

/**
 * Loads CUDA's libraries into the process: the driver, the runtime, cuBLAS, cuDNN and NVRTC, in the order of their
 * needs. The system's loader finds them by its cache or by {@code LD_LIBRARY_PATH}.
 */
public final class GpuLibraries {
    private static final Pattern NO_FILE =
            Pattern.compile("(lib[^\\s:/]+\\.so[.\\d]*): cannot open shared object file");
    private static final Pattern NO_PRESET = Pattern.compile("no (jni\\w+) in java\\.library\\.path");

    private GpuLibraries() {}

    /**
     * Loads all libraries; later calls do nothing.
     *
     * @return the CUDA runtime
     * @throws GpuException if a library was not found
     */
    public static CudaCalls load() {
        load(() -> {
            // Without the redistributables of NVIDIA's that JavaCPP can carry in jars.
            System.setProperty("org.bytedeco.javacpp.pathsFirst", "true");
            Loader.load(cudart.class);
            Loader.load(cublas.class);
            Loader.load(cudnn.class);
            Loader.load(nvrtc.class);
        });
        return new PresetCudaCalls();
    }

    /** Runs a loader and translates what it throws. */
    public static void load(Runnable loader) {
        try {
            loader.run();
        } catch (LinkageError e) {
            throw failure(e);
        }
    }

    private static GpuException failure(LinkageError error) {
        String text = String.join("; ", messages(error));
        Matcher file = NO_FILE.matcher(text);
        if (file.find()) {
            return file.group(1).startsWith("libcuda.so")
                    ? new GpuException(Reason.NO_DRIVER, "no NVIDIA driver: libcuda.so.1 was not found", error)
                    : new GpuException(
                            Reason.LIBRARY_MISSING,
                            file.group(1) + " was not found; install CUDA 13 and cuDNN 9, or name "
                                    + "their folders in LD_LIBRARY_PATH",
                            error);
        }
        Matcher preset = NO_PRESET.matcher(text);
        if (preset.find()) {
            return new GpuException(
                    Reason.LIBRARY_MISSING,
                    "the native part of org.bytedeco:cuda (" + preset.group(1) + ") is not on the class path",
                    error);
        }
        return new GpuException(Reason.LIBRARY_MISSING, "CUDA's libraries cannot be loaded: " + text, error);
    }

    private static List<String> messages(Throwable error) {
        List<String> messages = new ArrayList<>();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            messages.add(String.valueOf(cause.getMessage()));
        }
        return messages;
    }
}
