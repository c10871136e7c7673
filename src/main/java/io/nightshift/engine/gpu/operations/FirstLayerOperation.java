package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.KernelCompiler;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.plan.LayerSpec.Convolution;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import io.nightshift.engine.graph.Shape;
import java.util.stream.Stream;

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
    private final ChannelSums sums;
    private final int pieces;
    private final int gradientBlocks;
    private final int parameters;

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
        Convolution spec = (Convolution) convolution.spec();
        byte[] code = KernelCompiler.compile(
                "first-layer.cu",
                step.card().architecture(),
                Stream.concat(
                                Stream.of(step.options().precision().definitions()),
                                Stream.of(
                                        "CHANNELS=" + filters,
                                        "IMAGE_HEIGHT=" + in.shape().height(),
                                        "IMAGE_WIDTH=" + in.shape().width(),
                                        "PADDING=" + spec.padding(),
                                        "KERNEL=" + spec.kernel(),
                                        "WINDOW=" + max.window(),
                                        "STRIDE=" + max.stride()))
                        .toArray(String[]::new));
        this.kernels = step.resources().own(new Kernels(step.cuda(), step.stream(), code));
        int blocks = BLOCKS_PER_MULTIPROCESSOR * step.card().multiprocessors();
        this.pieces = Math.max(1, Math.min(MOST_PIECES, blocks / step.batch()));
        this.gradientBlocks = Math.min(blocks, step.batch() * pieces);
        this.parameters = filters + convolution.weightCount();
        this.positions = step.memory()
                .bytes("positions of maxima", (long) step.batch() * out.shape().size());
        this.partials = step.memory().floats("parts of the first layer's gradient", (long) gradientBlocks * parameters);
        this.sums = new ChannelSums(step, gradientBlocks, parameters, 1);
    }

    /** Returns whether these kernels can compute a convolution with the layer behind it. */
    static boolean supports(NetworkPlan.Layer convolution, NetworkPlan.Layer pooling) {
        if (!(pooling.spec() instanceof MaxPooling)) {
            return false;
        }
        Convolution spec = (Convolution) convolution.spec();
        MaxPooling max = (MaxPooling) pooling.spec();
        int filters = convolution.out().channels();
        Shape in = convolution.in();
        boolean wholeWindows = (pooling.out().height() - 1) * max.stride() + max.window()
                        <= convolution.out().height()
                && (pooling.out().width() - 1) * max.stride() + max.window()
                        <= convolution.out().width();
        return in.channels() == 1
                && filters >= 32
                && THREADS % filters == 0
                && spec.kernel() <= LARGEST_KERNEL
                && max.window() <= LARGEST_WINDOW
                && wholeWindows
                && in.height() + 2 * spec.padding() <= LARGEST_SIDE
                && in.width() + 2 * spec.padding() <= LARGEST_SIDE
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
        sums.launch("sumRows", partials.address(), gradientBlocks, parameters, weights.biasGradient());
    }
}
