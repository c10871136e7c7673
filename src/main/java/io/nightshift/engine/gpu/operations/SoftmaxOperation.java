package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;

/**
 * A dense layer with softmax and its cross-entropy with the labels. The gradient takes the place of the logits at once.
 */
final class SoftmaxOperation implements Operation {
    private final StepContext step;
    private final Weights weights;
    private final Activation logits;
    private final DeviceBuffer labels;
    private final DeviceBuffer losses;
    private final DenseProducts products;
    private final ReluGradient biasGradient;

    /**
     * @param logits a buffer that is its own gradient
     * @param labels class indexes, 32-bit integers
     * @param losses gets the loss of each example
     */
    SoftmaxOperation(
            StepContext step,
            Weights weights,
            Activation in,
            Activation logits,
            DeviceBuffer labels,
            DeviceBuffer losses) {
        this.step = step;
        this.weights = weights;
        this.logits = logits;
        this.labels = labels;
        this.losses = losses;
        this.products = new DenseProducts(step, weights, in, logits);
        this.biasGradient = new ReluGradient(step, logits.shape(), true);
    }

    @Override
    public void forward() {
        products.forward();
        step.kernels()
                .forEach(
                        "softmaxCrossEntropy",
                        step.batch(),
                        logits.values().address(),
                        weights.bias(),
                        labels.address(),
                        losses.address(),
                        step.batch(),
                        logits.shape().size());
    }

    @Override
    public void backward() {
        biasGradient.compute(logits.gradient().address(), 0L, 1, weights.biasGradient());
        products.backward();
    }
}
