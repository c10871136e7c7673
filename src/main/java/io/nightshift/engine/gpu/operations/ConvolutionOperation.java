package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.plan.NetworkPlan;

/** Convolution, bias and relu; with the max pooling behind it where there is one. */
public final class ConvolutionOperation implements Operation {

    /** The geometry of a max pooling. */
    record Pooling(int window, int stride) {}

    private final StepContext step;
    private final Convolution convolution;
    private final Weights weights;
    private final Activation in;
    private final Activation out;
    private final NetworkPlan.Shape convolved;
    private final Pooling pooling;
    /** Without pooling the convolution writes straight to the output and reads straight from its gradient. */
    private final DeviceBuffer convolutionOutput;

    private final DeviceBuffer convolutionGradient;
    private final DeviceBuffer positions;
    private final ReluGradient reluGradient;

    /**
     * @param convolved the shape between convolution and pooling
     * @param pooling   null for none
     */
    ConvolutionOperation(
            StepContext step,
            int kernel,
            Weights weights,
            Activation in,
            Activation out,
            NetworkPlan.Shape convolved,
            Pooling pooling) {
        this.step = step;
        this.weights = weights;
        this.in = in;
        this.out = out;
        this.convolved = convolved;
        this.pooling = pooling;
        this.convolution = step.resources()
                .own(new Convolution(
                        step.cudnn(),
                        step.side().cudnn(),
                        in.shape(),
                        convolved,
                        kernel,
                        step.batch(),
                        step.options()));
        long batch = step.batch();
        // What the convolution computed is needed no more once it is pooled: its gradient takes its place.
        this.convolutionOutput = pooling == null
                ? out.values()
                : step.memory().floats("a convolution before pooling", batch * convolved.size());
        this.convolutionGradient = pooling == null ? out.gradient() : convolutionOutput;
        this.positions = pooling == null
                ? null
                : step.memory().bytes("positions of maxima", batch * out.shape().size());
        this.reluGradient = new ReluGradient(step, out.shape(), step.options().channelsLast());
    }

    /** Returns the convolution, whose algorithms must be chosen before the first step. */
    public Convolution convolution() {
        return convolution;
    }

    /** Chooses the convolution's algorithms; loses the content of all buffers. */
    public void chooseAlgorithms(DeviceBuffer scratch) {
        convolution.chooseAlgorithms(
                in.values().address(),
                weights.weights(),
                convolutionOutput.address(),
                weights.weightGradients(),
                in.gradient() == null ? 0 : in.gradient().address(),
                scratch,
                step.options().deterministic());
    }

    @Override
    public void forward() {
        convolution.forward(in.values().address(), weights.weights(), convolutionOutput.address());
        int count = step.batch() * out.shape().size();
        if (pooling == null) {
            int plane = step.options().channelsLast() ? 1 : convolved.area();
            step.kernels()
                    .forEach(
                            "biasRelu",
                            count,
                            out.values().address(),
                            weights.bias(),
                            count,
                            convolved.channels(),
                            plane);
        } else {
            step.kernels()
                    .forEach(
                            "biasReluMaxPool",
                            count,
                            convolutionOutput.address(),
                            weights.bias(),
                            out.values().address(),
                            positions.address(),
                            count,
                            convolved.channels(),
                            convolved.height(),
                            convolved.width(),
                            out.shape().height(),
                            out.shape().width(),
                            pooling.window(),
                            pooling.stride(),
                            step.options().channelsLast() ? 1 : 0);
        }
    }

    @Override
    public void backward() {
        reluGradient.compute(out.gradient().address(), out.values().address(), 1, weights.biasGradient());
        if (pooling != null) {
            int count = step.batch() * convolved.size();
            step.kernels()
                    .forEach(
                            "maxPoolGradient",
                            count,
                            out.gradient().address(),
                            positions.address(),
                            convolutionGradient.address(),
                            count,
                            convolved.channels(),
                            convolved.height(),
                            convolved.width(),
                            out.shape().height(),
                            out.shape().width(),
                            pooling.window(),
                            pooling.stride(),
                            step.options().channelsLast() ? 1 : 0);
        }
        step.side().fork();
        convolution.filterGradient(in.values().address(), convolutionGradient.address(), weights.weightGradients());
        if (in.gradient() != null) {
            convolution.inputGradient(
                    weights.weights(),
                    convolutionGradient.address(),
                    in.gradient().address());
        }
    }
}
