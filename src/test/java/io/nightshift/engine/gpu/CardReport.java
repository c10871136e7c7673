package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.CudaStatus;
import io.nightshift.engine.gpu.cuda.Cudnn;
import java.io.PrintStream;

/** Prints which card and which libraries a check ran on. */
final class CardReport {
    private CardReport() {}

    /** Loads the libraries, chooses the first usable card and prints both. */
    static Card print(CudaCalls cuda, PrintStream out) {
        int[] driver = new int[1];
        int[] runtime = new int[1];
        CudaStatus.check(cuda, cuda.driverVersion(driver), "asking for the driver's version");
        CudaStatus.check(cuda, cuda.runtimeVersion(runtime), "asking for the runtime's version");
        out.printf(
                "Java %s, CUDA of the driver %d, CUDA runtime %d, cuBLAS %d, cuDNN %d%n",
                Runtime.version(), driver[0], runtime[0], Cublas.version(), Cudnn.version());
        Card card = new CardChoice(cuda).use(null);
        out.printf(
                "%s: compute capability %d.%d, %d multiprocessors, %d MiB%n",
                card, card.major(), card.minor(), card.multiprocessors(), card.memory() >> 20);
        return card;
    }
}
