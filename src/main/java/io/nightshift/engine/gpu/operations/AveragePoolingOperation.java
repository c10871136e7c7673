package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.plan.LayerSpec;
import io.nightshift.engine.graph.Shape;

/** Average pooling without padding; a thread computes several channels. */
final class AveragePoolingOperation implements Operation {
    private static final int CHANNELS_OF_THREAD = 4;

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
        start("averagePool", in.values(), out.values(), out.shape());
    }

    @Override
    public void backward() {
        start("averagePoolGradient", out.gradient(), in.gradient(), in.shape());
    }

    private void start(String kernel, DeviceBuffer from, DeviceBuffer to, Shape result) {
        int count = step.batch() * result.size() / CHANNELS_OF_THREAD;
        step.kernels()
                .forEach(
                        kernel,
                        count,
                        from.address(),
                        to.address(),
                        count,
                        in.shape().channels() / CHANNELS_OF_THREAD,
                        in.shape().height(),
                        in.shape().width(),
                        out.shape().height(),
                        out.shape().width(),
                        pooling.window(),
                        pooling.stride());
    }
}
