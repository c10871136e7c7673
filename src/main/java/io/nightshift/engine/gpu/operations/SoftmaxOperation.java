package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;

/** A dense layer with softmax and its cross-entropy with the labels. Logits are floats at any precision. */
final class SoftmaxOperation implements Operation {
    private final StepContext step;
    private final Weights weights;
    private final long labels;
    private final DeviceBuffer losses;
    private final long lossSum;
    private final int classes;
    private final DeviceBuffer logits;
    private final DeviceBuffer gradient;
    private final DenseProducts products;
    private final ChannelSums sums;

    /**
     * @param labels  address of floats {@code [batch, classes]}
     * @param losses  gets the loss of each example
     * @param lossSum address of a double, to which the minibatch's losses are added
     */
    SoftmaxOperation(
            StepContext step,
            Weights weights,
            Activation in,
            int classes,
            long labels,
            DeviceBuffer losses,
            long lossSum) {
        this.step = step;
        this.weights = weights;
        this.labels = labels;
        this.losses = losses;
        this.lossSum = lossSum;
        this.classes = classes;
        this.logits = step.memory().floats("logits", (long) step.batch() * classes);
        this.gradient = step.reals("the gradient of logits", (long) step.batch() * classes);
        this.products = new DenseProducts(step, weights, in, classes);
        this.sums = new ChannelSums(step, step.batch(), classes, 1);
    }

    @Override
    public void forward() {
        products.forward(logits, Cublas.Result.FLOATS);
        step.kernels()
                .forEach(
                        "softmaxCrossEntropy",
                        step.batch(),
                        logits.address(),
                        weights.bias(),
                        labels,
                        gradient.address(),
                        losses.address(),
                        step.batch(),
                        classes);
        step.kernels().launch("addLosses", 1, 1, 256, 1, losses.address(), step.batch(), lossSum);
    }

    @Override
    public void backward() {
        sums.launch("reluGradient", gradient.address(), 0L, step.batch(), classes, weights.biasGradient());
        products.backward(gradient);
    }
}
