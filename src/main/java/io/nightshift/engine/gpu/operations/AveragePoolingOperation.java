package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.plan.LayerSpec;

/** Average pooling without padding. */
final class AveragePoolingOperation implements Operation {
    /** Channels of a thread where they lie together. */
    private static final int VECTOR = 4;

    private final StepContext step;
    private final LayerSpec.AveragePooling pooling;
    private final Activation in;
    private final Activation out;

    AveragePoolingOperation(StepContext step, LayerSpec.AveragePooling pooling, Activation in, Activation out) {
        this.step = step;
        this.pooling = pooling;
        this.in = in;
        this.out = out;
    }

    @Override
    public void forward() {
        start(
                "averagePool",
                in.values().address(),
                out.values().address(),
                step.batch() * out.shape().size());
    }

    @Override
    public void backward() {
        start(
                "averagePoolGradient",
                out.gradient().address(),
                in.gradient().address(),
                step.batch() * in.shape().size());
    }

    private void start(String kernel, long from, long to, int count) {
        int channels = in.shape().channels();
        if (step.options().channelsLast() && channels % VECTOR == 0) {
            step.kernels()
                    .forEach(
                            kernel + VECTOR,
                            count / VECTOR,
                            from,
                            to,
                            count / VECTOR,
                            channels / VECTOR,
                            in.shape().height(),
                            in.shape().width(),
                            out.shape().height(),
                            out.shape().width(),
                            pooling.window(),
                            pooling.stride());
        } else {
            step.kernels()
                    .forEach(
                            kernel,
                            count,
                            from,
                            to,
                            count,
                            channels,
                            in.shape().height(),
                            in.shape().width(),
                            out.shape().height(),
                            out.shape().width(),
                            pooling.window(),
                            pooling.stride(),
                            step.options().channelsLast() ? 1 : 0);
        }
    }
}
