package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.Cublas;

/** A dense layer with relu. */
final class DenseOperation implements Operation {
    private final StepContext step;
    private final Weights weights;
    private final Activation out;
    private final DenseProducts products;
    private final ChannelSums sums;

    DenseOperation(StepContext step, Weights weights, Activation in, Activation out) {
        this.step = step;
        this.weights = weights;
        this.out = out;
        this.products = new DenseProducts(step, weights, in, out.shape().size());
        this.sums = new ChannelSums(step, step.batch(), out.shape().size(), 1);
    }

    @Override
    public void forward() {
        products.forward(out.values(), Cublas.Result.AS_FACTORS);
        int units = out.shape().size();
        int count = step.batch() * units;
        step.kernels().forEach("biasRelu", count, out.values().address(), weights.bias(), count, units);
    }

    @Override
    public void backward() {
        sums.launch(
                "reluGradient",
                out.gradient().address(),
                out.values().address(),
                step.batch(),
                out.shape().size(),
                weights.biasGradient());
        products.backward(out.gradient());
    }
}
