package io.nightshift.engine.gpu.cuda;

import java.util.HashMap;
import java.util.Map;

/** The compiled kernels of {@code kernels.cu} on a card, started in order on one stream. */
public final class Kernels implements ResourceStack.Resource {
    public static final int THREADS = 256;

    private final CudaCalls cuda;
    private final GpuStream stream;
    private final long module;
    private final Map<String, Long> functions = new HashMap<>();

    /**
     * Loads the kernels.
     *
     * @param image of {@link KernelCompiler#compile(int)}
     */
    public Kernels(CudaCalls cuda, GpuStream stream, byte[] image) {
        this.cuda = cuda;
        this.stream = stream;
        long[] loaded = new long[1];
        CudaStatus.check(cuda, cuda.loadModule(image, loaded), "loading the kernels");
        this.module = loaded[0];
    }

    /**
     * Starts a kernel with at least one thread per element.
     *
     * @param arguments the kernel's, in its order: Long for addresses and long integers, Integer, Float
     */
    public void forEach(String kernel, long elements, Object... arguments) {
        launch(kernel, blocks(elements), 1, THREADS, 1, arguments);
    }

    /** Starts a kernel with a grid of blocks; see {@link #forEach} for the arguments. */
    public void launch(String kernel, int blocksX, int blocksY, int threadsX, int threadsY, Object... arguments) {
        CudaStatus.check(
                cuda,
                cuda.launch(function(kernel), blocksX, blocksY, threadsX, threadsY, stream.handle(), bits(arguments)),
                "starting " + kernel);
    }

    /** Returns the number of blocks that hold a thread per element. */
    public static int blocks(long elements) {
        return Math.toIntExact((elements + THREADS - 1) / THREADS);
    }

    /** Returns the bits of arguments as {@link CudaCalls#launch} takes them. */
    static long[] bits(Object... arguments) {
        long[] bits = new long[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof Float value) {
                bits[i] = Float.floatToRawIntBits(value) & 0xFFFFFFFFL;
            } else if (arguments[i] instanceof Integer value) {
                bits[i] = value & 0xFFFFFFFFL;
            } else if (arguments[i] instanceof Long value) {
                bits[i] = value;
            } else {
                throw new IllegalArgumentException("a kernel's argument of " + arguments[i].getClass());
            }
        }
        return bits;
    }

    private long function(String kernel) {
        return functions.computeIfAbsent(kernel, name -> {
            long[] function = new long[1];
            CudaStatus.check(cuda, cuda.function(module, name, function), "finding the kernel " + name);
            return function[0];
        });
    }

    @Override
    public void close() {
        CudaStatus.check(cuda, cuda.unloadModule(module), "unloading the kernels");
    }
}
