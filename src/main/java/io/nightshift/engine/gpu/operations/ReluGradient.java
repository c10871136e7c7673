package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.plan.NetworkPlan;

/**
 * Takes a gradient back through relu and dropout, in place, and sums it per channel, which is the gradient of the bias.
 */
final class ReluGradient {
    private static final int THREADS_X = 32;
    private static final int THREADS_Y = 8;
    /** Rows that a thread adds up at least, where there are enough. */
    private static final int ROWS = 4;

    private static final int BLOCKS_PER_MULTIPROCESSOR = 4;

    private final Kernels kernels;
    private final int rows;
    private final int channels;
    private final int plane;
    private final int groups;
    private final int pieces;
    private final DeviceBuffer partials;
    private final DeviceBuffer finished;

    /**
     * @param shape        of one example
     * @param channelsLast whether its channels lie together
     */
    ReluGradient(StepContext step, NetworkPlan.Shape shape, boolean channelsLast) {
        this(step, step.batch() * shape.area(), shape.channels(), channelsLast ? 1 : shape.area());
    }

    /**
     * @param rows  elements per channel
     * @param plane see {@code kernels.cu}
     */
    ReluGradient(StepContext step, int rows, int channels, int plane) {
        this.kernels = step.kernels();
        this.rows = rows;
        this.channels = channels;
        this.plane = plane;
        int channelLanes = plane == 1 ? THREADS_X : THREADS_Y;
        int rowLanes = plane == 1 ? THREADS_Y : THREADS_X;
        this.groups = (channels + channelLanes - 1) / channelLanes;
        int wanted = BLOCKS_PER_MULTIPROCESSOR * step.card().multiprocessors() / groups;
        this.pieces = Math.max(1, Math.min(wanted, rows / (rowLanes * ROWS)));
        this.partials = step.memory().floats("parts of a bias gradient", (long) pieces * channels);
        this.finished = step.memory().floats("counts of a bias gradient", groups);
        step.stream().zero(finished);
    }

    /**
     * @param outputs relu's, by address; 0 for no activation
     * @param scale   1 divided by dropout's probability to keep; 1 without dropout
     */
    void compute(long gradients, long outputs, float scale, long biasGradient) {
        kernels.launch(
                "reluGradient",
                groups,
                pieces,
                THREADS_X,
                THREADS_Y,
                gradients,
                outputs,
                scale,
                rows,
                channels,
                plane,
                biasGradient,
                partials.address(),
                finished.address());
    }
}
