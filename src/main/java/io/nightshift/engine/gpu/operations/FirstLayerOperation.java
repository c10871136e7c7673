package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.KernelCompiler;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.plan.LayerSpec.ConvolutionRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.NetworkPlan;

/**
 * The first layer of a network on grey images, convolution, bias, relu and max pooling, by a kernel of our own each
 * way. See {@code first-layer.cu} for why.
 */
final class FirstLayerOperation implements Operation {
    private static final int THREADS = 256;
    /** Filters of a thread, and their gradient, must fit its registers. */
    private static final int LARGEST_KERNEL = 5;

    private static final int LARGEST_WINDOW = 5;
    private static final int LARGEST_SEGMENT = 5;
    /** An image must fit a block's 48 KB. */
    private static final int LARGEST_SIDE = 96;

    private static final int BLOCKS_PER_MULTIPROCESSOR = 4;
    private static final int MOST_PIECES = 4;

    private final StepContext step;
    private final Kernels kernels;
    private final Weights weights;
    private final Activation in;
    private final Activation out;
    private final DeviceBuffer positions;
    private final DeviceBuffer partials;
    private final ReluGradient sum;
    private final int pieces;
    private final int gradientBlocks;

    /**
     * @param weights whose bias, in the vector of gradients, stands right before the filters
     * @param in      without gradient
     */
    FirstLayerOperation(
            StepContext step,
            Weights weights,
            NetworkPlan.Layer convolution,
            NetworkPlan.Layer pooling,
            Activation in,
            Activation out) {
        this.step = step;
        this.weights = weights;
        this.in = in;
        this.out = out;
        MaxPooling max = (MaxPooling) pooling.spec();
        int filters = convolution.out().channels();
        int kernel = ((ConvolutionRelu) convolution.spec()).kernel();
        byte[] code = KernelCompiler.compile(
                "first-layer.cu",
                step.card().architecture(),
                "CHANNELS=" + filters,
                "HEIGHT=" + in.shape().height(),
                "WIDTH=" + in.shape().width(),
                "KERNEL=" + kernel,
                "WINDOW=" + max.window(),
                "STRIDE=" + max.stride());
        this.kernels = step.resources().own(new Kernels(step.cuda(), step.stream(), code));
        int blocks = BLOCKS_PER_MULTIPROCESSOR * step.card().multiprocessors();
        this.pieces = Math.max(1, Math.min(MOST_PIECES, blocks / step.batch()));
        this.gradientBlocks = Math.min(blocks, step.batch() * pieces);
        int parameters = filters + convolution.weightCount();
        this.positions = step.memory()
                .bytes("positions of maxima", (long) step.batch() * out.shape().size());
        this.partials = step.memory().floats("parts of the first layer's gradient", (long) gradientBlocks * parameters);
        this.sum = new ReluGradient(step, gradientBlocks, parameters, 1);
    }

    /** Returns whether these kernels can compute the two layers. */
    static boolean supports(NetworkPlan.Layer convolution, NetworkPlan.Layer pooling, StepOptions options) {
        ConvolutionRelu spec = (ConvolutionRelu) convolution.spec();
        MaxPooling max = (MaxPooling) pooling.spec();
        int filters = spec.filters();
        NetworkPlan.Shape in = convolution.in();
        return options.channelsLast()
                && in.channels() == 1
                && filters >= 32
                && THREADS % filters == 0
                && spec.kernel() <= LARGEST_KERNEL
                && max.window() <= LARGEST_WINDOW
                && in.height() <= LARGEST_SIDE
                && in.width() <= LARGEST_SIDE
                && pooling.out().width() <= LARGEST_SEGMENT * (THREADS / filters);
    }

    @Override
    public void forward() {
        kernels.launch(
                "firstLayer",
                step.batch() * pieces,
                1,
                THREADS,
                1,
                in.values().address(),
                weights.bias(),
                weights.weights(),
                out.values().address(),
                positions.address(),
                pieces);
    }

    @Override
    public void backward() {
        kernels.launch(
                "firstLayerGradient",
                gradientBlocks,
                1,
                THREADS,
                1,
                in.values().address(),
                out.values().address(),
                out.gradient().address(),
                positions.address(),
                partials.address(),
                step.batch(),
                pieces);
        sum.compute(partials.address(), 0L, 1, weights.biasGradient());
    }
}
