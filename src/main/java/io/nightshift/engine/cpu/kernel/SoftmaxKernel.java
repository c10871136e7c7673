package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Shape;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** A softmax in the middle of a network; that at its end belongs to the loss. Computes in floats. */
public final class SoftmaxKernel extends Kernel {
    private static final int AXIS = 1;

    private final Compiler compiler;
    private final Layout layout;
    private final Primitive forward;
    private final Tensor output;

    public SoftmaxKernel(Compiler compiler, Tensor input, Shape shape) {
        this.compiler = compiler;
        Tensor vectors = compiler.vectors(input, shape, Layout.Type.FLOAT);
        this.layout = vectors.layout();
        this.output = compiler.allocate(layout);
        this.forward = Primitive.of(
                compiler.arena(),
                "a softmax",
                (description, attributes) -> dnnl.dnnl_softmax_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        compiler.propagation(),
                        dnnl.dnnl_softmax_accurate,
                        layout.descriptor(),
                        layout.descriptor(),
                        AXIS,
                        attributes));
        compiler.add(forward, Map.of(dnnl.DNNL_ARG_SRC, vectors, dnnl.DNNL_ARG_DST, output));
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        if (!wanted[0]) {
            return new Tensor[1];
        }
        Tensor own = compiler.vectors(gradient, Shape.vector((int) layout.shape()[AXIS]), Layout.Type.FLOAT);
        Tensor result = compiler.allocate(layout);
        Primitive backward = Primitive.of(
                compiler.arena(),
                "the gradient of a softmax",
                (description, attributes) -> dnnl.dnnl_softmax_backward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        dnnl.dnnl_softmax_accurate,
                        layout.descriptor(),
                        layout.descriptor(),
                        layout.descriptor(),
                        AXIS,
                        forward.description(),
                        attributes));
        compiler.add(
                backward,
                Map.of(
                        dnnl.DNNL_ARG_DST, output,
                        dnnl.DNNL_ARG_DIFF_DST, own,
                        dnnl.DNNL_ARG_DIFF_SRC, result));
        return new Tensor[] {result};
    }
}
