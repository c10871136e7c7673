package io.nightshift.engine.gpu.convolution;

import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import java.util.Comparator;
import java.util.List;

/**
 * One of cuDNN's ways to compute a convolution, as it was measured on the card.
 *
 * @param number        cuDNN's number for it
 * @param status        0 if it ran
 * @param milliseconds  what it took
 * @param workspace     the bytes of scratch memory that it needs
 * @param deterministic whether it gives the same bits each time
 * @param math          cuDNN's number for the arithmetic
 */
record ConvolutionAlgorithm(
        int number, int status, float milliseconds, long workspace, boolean deterministic, int math) {

    /** Returns this algorithm with another time. */
    ConvolutionAlgorithm withMilliseconds(float measured) {
        return new ConvolutionAlgorithm(number, status, measured, workspace, deterministic, math);
    }

    /**
     * Returns the fastest of those that ran. Times differ from run to run: where bits must not, it is the first by
     * cuDNN's numbers of those that repeat theirs.
     *
     * @param purpose       for the message
     * @param deterministic whether bits must not differ
     * @throws GpuException if none is left
     */
    static ConvolutionAlgorithm best(List<ConvolutionAlgorithm> measured, String purpose, boolean deterministic) {
        return measured.stream()
                .filter(one -> one.status == 0 && (one.deterministic || !deterministic))
                .min(
                        deterministic
                                ? Comparator.comparingInt(ConvolutionAlgorithm::number)
                                        .thenComparing(ConvolutionAlgorithm::math)
                                : Comparator.comparingDouble(ConvolutionAlgorithm::milliseconds))
                .orElseThrow(() -> new GpuException(
                        Reason.INTERNAL,
                        "cuDNN has no " + (deterministic ? "deterministic " : "") + "algorithm for " + purpose + ": "
                                + measured));
    }
}
