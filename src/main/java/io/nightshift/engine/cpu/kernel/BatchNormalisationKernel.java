package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.BatchNormalisation;
import io.nightshift.engine.graph.ParameterView;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Batch normalisation. In training it takes mean and variance from the minibatch and moves the running ones, which are
 * parameters; otherwise, and where its layer is frozen, it takes the running ones.
 */
public final class BatchNormalisationKernel extends Kernel {
    private final Compiler compiler;
    private final BatchNormalisation operation;
    private final int channels;
    private final boolean ofBatch;
    private final int flags;
    private final Tensor source;
    private final Tensor output;
    private final Tensor mean;
    private final Tensor variance;
    private final Tensor gamma;
    private final Tensor runningMean;
    private final Tensor runningVariance;
    private final Primitive forward;

    public BatchNormalisationKernel(
            Compiler compiler, BatchNormalisation operation, Tensor input, int channels, boolean trainable) {
        this.compiler = compiler;
        this.operation = operation;
        this.channels = channels;
        this.source = input;
        this.ofBatch = compiler.isForTraining() && trainable;
        this.flags = (operation.gamma() == null ? 0 : dnnl.dnnl_use_scale)
                | (operation.beta() == null ? 0 : dnnl.dnnl_use_shift)
                | (ofBatch ? 0 : dnnl.dnnl_use_global_stats);
        Layout layout = input.layout();
        forward = Primitive.of(
                compiler.arena(),
                "batch normalisation",
                (description, attributes) -> dnnl.dnnl_batch_normalization_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        ofBatch ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        layout.descriptor(),
                        layout.descriptor(),
                        (float) operation.epsilon(),
                        flags,
                        attributes));
        output = compiler.allocate(layout);
        runningMean = compiler.value(operation.mean().row());
        runningVariance = compiler.value(operation.variance().row());
        boolean usesRunningVariance = !ofBatch && !operation.logStd();
        mean = ofBatch ? perChannel() : runningMean;
        variance = usesRunningVariance ? runningVariance : perChannel();
        if (!ofBatch && operation.logStd()) {
            compiler.preparation().add(this::varianceFromLogarithm);
        }
        Map<Integer, Tensor> arguments = new HashMap<>(Map.of(
                dnnl.DNNL_ARG_SRC, input,
                dnnl.DNNL_ARG_DST, output,
                dnnl.DNNL_ARG_MEAN, mean,
                dnnl.DNNL_ARG_VARIANCE, variance));
        gamma = operation.gamma() == null ? null : value(operation.gamma());
        if (gamma != null) {
            arguments.put(dnnl.DNNL_ARG_SCALE, gamma);
        }
        if (operation.beta() != null) {
            arguments.put(dnnl.DNNL_ARG_SHIFT, value(operation.beta()));
        }
        compiler.add(forward, arguments);
        if (ofBatch) {
            compiler.add(this::moveStatistics);
        }
    }

    private Tensor perChannel() {
        return compiler.allocate(Layout.plain(compiler.arena(), Layout.Type.FLOAT, channels));
    }

    private Tensor value(ParameterView view) {
        return compiler.value(view.row());
    }

    private void varianceFromLogarithm() {
        float[] values = read(runningVariance);
        for (int c = 0; c < channels; c++) {
            values[c] = (float) Math.pow(10, 2.0 * values[c]);
        }
        variance.put(0, values, 0, channels);
    }

    private void moveStatistics() {
        move(runningMean, read(mean), false);
        move(runningVariance, read(variance), operation.logStd());
    }

    private void move(Tensor running, float[] ofThisBatch, boolean logarithm) {
        float[] values = read(running);
        float decay = (float) operation.decay();
        for (int c = 0; c < channels; c++) {
            if (logarithm) {
                double moved = decay * Math.pow(10, 2.0 * values[c]) + (1 - decay) * ofThisBatch[c];
                values[c] = (float) Math.log10(Math.sqrt(moved));
            } else {
                values[c] -= (1 - decay) * (values[c] - ofThisBatch[c]);
            }
        }
        running.put(0, values, 0, channels);
    }

    private float[] read(Tensor tensor) {
        float[] values = new float[channels];
        tensor.get(0, values, 0, channels);
        return values;
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        if (!ofBatch) {
            throw new IllegalStateException("no gradient goes through a frozen layer");
        }
        Tensor own = compiler.in(gradient, output.layout());
        Layout layout = output.layout();
        Primitive primitive = Primitive.of(
                compiler.arena(),
                "the gradient of batch normalisation",
                (description, attributes) -> dnnl.dnnl_batch_normalization_backward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        dnnl.dnnl_backward,
                        layout.descriptor(),
                        layout.descriptor(),
                        layout.descriptor(),
                        (float) operation.epsilon(),
                        flags,
                        forward.description(),
                        attributes));
        compiler.note(primitive);
        Map<Integer, Tensor> arguments = new HashMap<>(Map.of(
                dnnl.DNNL_ARG_SRC, source,
                dnnl.DNNL_ARG_MEAN, mean,
                dnnl.DNNL_ARG_VARIANCE, variance,
                dnnl.DNNL_ARG_DIFF_DST, own,
                dnnl.DNNL_ARG_DIFF_SRC, own));
        if (gamma != null) {
            arguments.put(dnnl.DNNL_ARG_SCALE, gamma);
            arguments.put(
                    dnnl.DNNL_ARG_DIFF_SCALE,
                    compiler.gradient(operation.gamma().row()));
        }
        if (operation.beta() != null) {
            arguments.put(
                    dnnl.DNNL_ARG_DIFF_SHIFT, compiler.gradient(operation.beta().row()));
        }
        compiler.add(primitive, arguments);
        return new Tensor[] {wanted[0] ? own : null};
    }
}
