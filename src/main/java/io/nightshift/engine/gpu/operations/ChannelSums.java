package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.Kernels;

/** Starts kernels that sum the columns of a matrix {@code [rows][channels]}, with the memory that such sums need. */
final class ChannelSums {
    private static final int CHANNELS_OF_BLOCK = 32;
    private static final int ROWS_OF_BLOCK = 8;
    /** Rows that a thread adds up at least, where there are enough. */
    private static final int ROWS_OF_THREAD = 4;

    private static final int BLOCKS_PER_MULTIPROCESSOR = 4;

    private final Kernels kernels;
    private final int groups;
    private final int pieces;
    private final DeviceBuffer partials;
    private final DeviceBuffer finished;

    /**
     * Allocates the memory.
     *
     * @param sums of a channel that a kernel takes at once
     */
    ChannelSums(StepContext step, int rows, int channels, int sums) {
        this.kernels = step.kernels();
        this.groups = (channels + CHANNELS_OF_BLOCK - 1) / CHANNELS_OF_BLOCK;
        int wanted = BLOCKS_PER_MULTIPROCESSOR * step.card().multiprocessors() / groups;
        this.pieces = Math.max(1, Math.min(wanted, rows / (ROWS_OF_BLOCK * ROWS_OF_THREAD)));
        this.partials = step.memory().floats("parts of sums", (long) sums * pieces * channels);
        this.finished = step.memory().floats("counts of sums", (long) sums * groups);
        step.stream().zero(finished);
    }

    /** Starts a kernel; the last two of its parameters, which are not given here, are the memory of its sums. */
    void launch(String kernel, Object... arguments) {
        Object[] all = new Object[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = partials.address();
        all[arguments.length + 1] = finished.address();
        kernels.launch(kernel, groups, pieces, CHANNELS_OF_BLOCK, ROWS_OF_BLOCK, all);
    }
}
