package io.nightshift.model;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads ND4J's native code takes for one worker's operation.
 */
public final class NativeThreads {
    private NativeThreads() {
    }

    public static void perWorker(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("native threads per worker must be at least 1, not " + threads);
        }
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        Nd4j.getEnvironment().setMaxThreads(threads);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    }
}
