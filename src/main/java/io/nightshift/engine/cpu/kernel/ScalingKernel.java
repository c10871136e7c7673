package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.Scaling;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** Multiplies each element by a number, and adds another. */
public final class ScalingKernel extends Kernel {
    private final Compiler compiler;
    private final double factor;
    private final Tensor output;

    public ScalingKernel(Compiler compiler, Scaling scaling, Tensor input) {
        this.compiler = compiler;
        this.factor = scaling.factor();
        this.output = scaled(compiler, factor, scaling.summand(), input);
    }

    /** Adds a call that scales an array, and returns the result, which has memory of its own. */
    static Tensor scaled(Compiler compiler, double factor, double summand, Tensor input) {
        Tensor result = compiler.allocate(input.layout());
        Primitive scaling = Primitive.of(
                compiler.arena(),
                "a scaling",
                (description, attributes) -> dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_eltwise_linear,
                        input.layout().descriptor(),
                        input.layout().descriptor(),
                        (float) factor,
                        (float) summand,
                        attributes));
        compiler.add(scaling, Map.of(dnnl.DNNL_ARG_SRC, input, dnnl.DNNL_ARG_DST, result));
        return result;
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        return new Tensor[] {wanted[0] ? scaled(compiler, factor, 0, gradient) : null};
    }
}
