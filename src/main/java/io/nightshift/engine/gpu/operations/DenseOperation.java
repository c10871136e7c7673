package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;

/**
 * A dense layer, relu, and the dropout before the next layer. Weights are {@code [in, out]} with {@code in} varying
 * fastest.
 */
public final class DenseOperation implements Operation {
    private final StepContext step;
    private final Weights weights;
    private final Activation out;
    private final int index;
    private final double kept;
    private final DenseProducts products;
    private final ReluGradient reluGradient;

    /**
     * @param index of the layer, which tells its random numbers from another layer's
     * @param kept  the probability with which dropout keeps an element of the output; 1 without dropout
     */
    DenseOperation(StepContext step, int index, Weights weights, Activation in, Activation out, double kept) {
        this.step = step;
        this.weights = weights;
        this.out = out;
        this.index = index;
        this.kept = kept;
        this.products = new DenseProducts(step, weights, in, out);
        this.reluGradient = new ReluGradient(step, out.shape(), true);
    }

    /** Returns dropout's decisions in the current step: {@code [batch, units]}, 1 for kept; null without dropout. */
    public byte[] mask() {
        if (kept == 1) {
            return null;
        }
        int count = step.batch() * out.shape().size();
        DeviceBuffer mask = step.memory().bytes("a mask of dropout", count);
        step.kernels()
                .forEach(
                        "dropoutMask",
                        count,
                        mask.address(),
                        count,
                        threshold(kept),
                        step.options().seed(),
                        step.step(),
                        index);
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
        products.forward();
        int units = out.shape().size();
        int count = step.batch() * units;
        if (kept == 1) {
            step.kernels().forEach("biasRelu", count, out.values().address(), weights.bias(), count, units, 1);
        } else {
            step.kernels()
                    .forEach(
                            "biasReluDropout",
                            count,
                            out.values().address(),
                            weights.bias(),
                            count,
                            units,
                            (float) (1 / kept),
                            threshold(kept),
                            step.options().seed(),
                            step.step(),
                            index);
        }
    }

    /** What was dropped is 0 in the output, as what relu cut off is. */
    @Override
    public void backward() {
        reluGradient.compute(
                out.gradient().address(), out.values().address(), (float) (1 / kept), weights.biasGradient());
        products.backward();
    }
}
