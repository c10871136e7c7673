package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.convolution.Convolution;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.plan.LayerSpec;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.NetworkPlan.Layer;
import io.nightshift.engine.graph.Shape;

/** Convolution, bias and relu; with the max pooling behind it where there is one. */
public final class ConvolutionOperation implements Operation {
    private final StepContext step;
    private final Convolution convolution;
    private final Weights weights;
    private final Activation in;
    private final Activation out;
    private final Shape convolved;
    private final MaxPooling pooling;
    /** Without pooling the convolution writes straight to the output and reads straight from its gradient. */
    private final DeviceBuffer convolutionOutput;

    private final DeviceBuffer convolutionGradient;
    private final DeviceBuffer positions;
    private final ChannelSums sums;

    /**
     * @param layer   the convolution
     * @param pooling null for none
     */
    ConvolutionOperation(
            StepContext step, Layer layer, Weights weights, Activation in, Activation out, MaxPooling pooling) {
        this.step = step;
        this.weights = weights;
        this.in = in;
        this.out = out;
        this.convolved = layer.out();
        this.pooling = pooling;
        this.convolution = step.resources()
                .own(new Convolution(
                        step.cudnn(),
                        step.side().cudnn(),
                        layer.in(),
                        convolved,
                        (LayerSpec.Convolution) layer.spec(),
                        step.batch(),
                        step.options()));
        long batch = step.batch();
        // What the convolution computed is needed no more once it is pooled: its gradient takes its place.
        this.convolutionOutput =
                pooling == null ? out.values() : step.reals("a convolution before pooling", batch * convolved.size());
        this.convolutionGradient = pooling == null ? out.gradient() : convolutionOutput;
        this.positions = pooling == null
                ? null
                : step.memory().bytes("positions of maxima", batch * out.shape().size());
        this.sums = new ChannelSums(step, step.batch() * out.shape().area(), convolved.channels(), 1);
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
            step.kernels()
                    .forEach("biasRelu", count, out.values().address(), weights.bias(), count, convolved.channels());
        } else {
            pool(
                    "biasReluMaxPool",
                    count,
                    convolutionOutput.address(),
                    weights.bias(),
                    out.values().address(),
                    positions.address());
        }
    }

    @Override
    public void backward() {
        sums.launch(
                "reluGradient",
                out.gradient().address(),
                out.values().address(),
                step.batch() * out.shape().area(),
                convolved.channels(),
                weights.biasGradient());
        if (pooling != null) {
            pool(
                    "maxPoolGradient",
                    step.batch() * convolved.size(),
                    out.gradient().address(),
                    positions.address(),
                    convolutionGradient.address());
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

    /** Starts a kernel of the pooling: its buffers come before its geometry. */
    private void pool(String kernel, int count, Object... buffers) {
        Object[] geometry = {
            count,
            convolved.channels(),
            convolved.height(),
            convolved.width(),
            out.shape().height(),
            out.shape().width(),
            pooling.window(),
            pooling.stride()
        };
        Object[] all = new Object[buffers.length + geometry.length];
        System.arraycopy(buffers, 0, all, 0, buffers.length);
        System.arraycopy(geometry, 0, all, buffers.length, geometry.length);
        step.kernels().forEach(kernel, count, all);
    }
}
