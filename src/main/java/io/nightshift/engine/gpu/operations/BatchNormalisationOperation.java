package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.plan.LayerSpec.BatchNormalisation;

/** Batch normalisation by the minibatch's own statistics, which also move the running ones among the parameters. */
final class BatchNormalisationOperation implements Operation {
    private final StepContext step;
    private final BatchNormalisation spec;
    private final Weights weights;
    private final long runningMeans;
    private final long runningVariances;
    private final Activation in;
    private final Activation out;
    private final int channels;
    private final int count;
    private final DeviceBuffer means;
    private final DeviceBuffer variances;
    private final ChannelSums sums;

    /**
     * @param weights          gamma as its weights and beta as its bias
     * @param runningMeans     address
     * @param runningVariances address
     */
    BatchNormalisationOperation(
            StepContext step,
            BatchNormalisation spec,
            Weights weights,
            long runningMeans,
            long runningVariances,
            Activation in,
            Activation out) {
        this.step = step;
        this.spec = spec;
        this.weights = weights;
        this.runningMeans = runningMeans;
        this.runningVariances = runningVariances;
        this.in = in;
        this.out = out;
        this.channels = in.shape().channels();
        this.count = step.batch() * in.shape().size();
        this.means = step.memory().floats("means of a minibatch", channels);
        this.variances = step.memory().floats("variances of a minibatch", channels);
        this.sums = new ChannelSums(step, rows(), channels, 2);
    }

    private int rows() {
        return count / channels;
    }

    private float epsilon() {
        return (float) spec.epsilon();
    }

    @Override
    public void forward() {
        sums.launch("channelMeans", in.values().address(), rows(), channels, means.address());
        sums.launch("channelVariances", in.values().address(), means.address(), rows(), channels, variances.address());
        step.kernels()
                .forEach(
                        "moveStatistics",
                        channels,
                        means.address(),
                        variances.address(),
                        runningMeans,
                        runningVariances,
                        (float) spec.decay(),
                        channels);
        step.kernels()
                .forEach(
                        "normalise",
                        count,
                        in.values().address(),
                        out.values().address(),
                        means.address(),
                        variances.address(),
                        weights.weights(),
                        weights.bias(),
                        epsilon(),
                        count,
                        channels);
    }

    @Override
    public void backward() {
        sums.launch(
                "normaliseParameterGradients",
                out.gradient().address(),
                in.values().address(),
                means.address(),
                variances.address(),
                epsilon(),
                rows(),
                channels,
                weights.weightGradients(),
                weights.biasGradient());
        step.kernels()
                .forEach(
                        "normaliseGradient",
                        count,
                        out.gradient().address(),
                        in.values().address(),
                        in.gradient().address(),
                        means.address(),
                        variances.address(),
                        weights.weights(),
                        weights.weightGradients(),
                        weights.biasGradient(),
                        epsilon(),
                        rows(),
                        count,
                        channels);
    }
}
