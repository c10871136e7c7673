package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.PostOperation;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** Adds arrays of the same shape, and multiplies the sum. */
public final class SumKernel extends Kernel {
    private final Compiler compiler;
    private final int count;
    private final double factor;
    private final Tensor output;

    public SumKernel(Compiler compiler, double factor, List<Tensor> inputs) {
        this.compiler = compiler;
        this.count = inputs.size();
        this.factor = factor;
        this.output = sum(compiler, factor, inputs);
    }

    /** Adds calls that sum two or more arrays, and returns the sum, in the layout of the first of them. */
    public static Tensor sum(Compiler compiler, double factor, List<Tensor> inputs) {
        Layout layout = inputs.get(0).layout();
        Tensor sum = compiler.allocate(layout);
        Tensor before = inputs.get(0);
        for (int i = 1; i < inputs.size(); i++) {
            PostOperation then = factor != 1 && i == inputs.size() - 1
                    ? new PostOperation(dnnl.dnnl_eltwise_linear, factor, 0)
                    : PostOperation.NONE;
            Primitive addition = Primitive.of(
                    compiler.arena(),
                    "a sum",
                    then,
                    (description, attributes) -> dnnl.dnnl_binary_primitive_desc_create(
                            description,
                            OneDnn.engine(),
                            dnnl.dnnl_binary_add,
                            layout.descriptor(),
                            layout.descriptor(),
                            layout.descriptor(),
                            attributes));
            compiler.add(
                    addition,
                    Map.of(
                            dnnl.DNNL_ARG_SRC_0,
                            before,
                            dnnl.DNNL_ARG_SRC_1,
                            compiler.in(inputs.get(i), layout),
                            dnnl.DNNL_ARG_DST,
                            sum));
            before = sum;
        }
        return sum;
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        Tensor[] results = new Tensor[count];
        for (int i = 0; i < count; i++) {
            if (wanted[i]) {
                // Each gets a copy of its own: what is before it may overwrite it.
                results[i] = ScalingKernel.scaled(compiler, factor, 0, gradient);
            }
        }
        return results;
    }
}
