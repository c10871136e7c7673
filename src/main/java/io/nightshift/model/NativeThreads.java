package io.nightshift.model;

import org.nd4j.nativeblas.NativeOpsHolder;

/** How many native threads ND4J's operations use. */
public final class NativeThreads {
    private NativeThreads() {
    }

    /** Sets how many threads an operation of any task in this JVM may use. */
    public static void perTask(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    }
}
