package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;

/**
 * Dropout, in place. Its decisions follow from the step's seed and are drawn again for the gradients, so that they need
 * no memory.
 */
public final class DropoutOperation implements Operation {
    private final StepContext step;
    private final int index;
    private final double kept;
    private final Activation activation;

    /**
     * @param index of the layer, which tells its random numbers from another layer's
     * @param kept  the probability to keep an element
     */
    DropoutOperation(StepContext step, int index, double kept, Activation activation) {
        this.step = step;
        this.index = index;
        this.kept = kept;
        this.activation = activation;
    }

    private int count() {
        return step.batch() * activation.shape().size();
    }

    /** Returns the decisions in the current step: {@code [batch, units]}, 1 for kept. */
    public byte[] mask() {
        DeviceBuffer mask = step.memory().bytes("a mask of dropout", count());
        step.kernels().forEach("dropoutMask", count(), mask.address(), count(), threshold(kept), step.seed(), index);
        step.stream().synchronize();
        byte[] decisions = mask.downloadBytes();
        step.memory().free(mask);
        return decisions;
    }

    /** Returns the number below which random bits, as an unsigned integer, keep an element. */
    static int threshold(double kept) {
        return (int) Math.round(kept * 0x1p32);
    }

    @Override
    public void forward() {
        drop(activation.values());
    }

    @Override
    public void backward() {
        drop(activation.gradient());
    }

    private void drop(DeviceBuffer values) {
        step.kernels()
                .forEach(
                        "dropout",
                        count(),
                        values.address(),
                        count(),
                        (float) (1 / kept),
                        threshold(kept),
                        step.seed(),
                        index);
    }
}
