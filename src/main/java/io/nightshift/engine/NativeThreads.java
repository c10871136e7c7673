package io.nightshift.engine;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Sets how many threads ND4J's native code takes for one operation.
 *
 * <p>Three settings share the work, and no one of them covers all of it:
 * <ul>
 *   <li>OpenMP's thread count, for oneDNN and libnd4j's loops. It belongs to the thread that sets it: a thread that
 *       sets nothing takes all cores.</li>
 *   <li>libnd4j's maximum, for its loops only, in the whole process.</li>
 *   <li>OpenBLAS's thread count, for matrix products, in the whole process.</li>
 * </ul>
 * {@code OMP_NUM_THREADS} in the environment of the process sets all three before anything runs; a program that is
 * already running, such as a Spark executor, calls {@link #perWorker}.
 */
public final class NativeThreads {
    private NativeThreads() {}

    /**
     * Limits each operation that the calling thread starts to a number of threads. Every worker of a process must call
     * it, at the start of each task, with the same number: workers times threads should be the number of cores.
     *
     * @param threads at least 1
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public static void perWorker(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("native threads per worker must be at least 1, not " + threads);
        }
        // Environment first: the holder of the native operations is empty until ND4J has chosen its backend.
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        if (Backend.isOnHost()) {
            openblas_nolapack.blas_set_num_threads(threads);
        }
    }

    /** Returns the number of threads that an operation of the calling thread takes at most. */
    public static int ofThisThread() {
        return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
    }

    /**
     * Runs something whose native operations take no thread but the calling one: no other thread is woken, or spins
     * while it waits for work.
     */
    public static void alone(Runnable work) {
        NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
        int before = operations.ompGetMaxThreads();
        operations.setOmpNumThreads(1);
        try {
            work.run();
        } finally {
            operations.setOmpNumThreads(before);
        }
    }
}
