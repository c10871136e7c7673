package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.Activation;
import io.nightshift.engine.graph.Operation.ElementFunction;
import io.nightshift.engine.graph.Operation.Pooling;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.Window;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** A maximum or average pooling. */
public final class PoolingKernel extends Kernel {
    private static final Activation RELU = new Activation(ElementFunction.RELU, 0);

    private final Compiler compiler;
    private final Tensor input;
    private final Tensor output;
    private final Tensor positions;
    private final Primitive forward;
    private final int algorithm;
    private final long[] kernel;
    private final long[] stride;
    private final long[] dilation;
    private final long[] before;
    private final long[] after;
    private final boolean reluBefore;

    /**
     * Adds the forward call.
     *
     * @param reluBefore whether the gradient of the relu that made the input is taken here: where the largest value is
     *                   0, none of a window's elements has a gradient
     */
    public PoolingKernel(Compiler compiler, Pooling operation, Tensor input, Shape out, boolean reluBefore) {
        this.compiler = compiler;
        this.input = input;
        this.reluBefore = reluBefore;
        Window window = operation.window();
        kernel = new long[] {window.height(), window.width()};
        stride = new long[] {window.strideY(), window.strideX()};
        dilation = new long[] {window.dilateY() - 1, window.dilateX() - 1};
        before = new long[] {window.top(), window.left()};
        after = new long[] {window.bottom(), window.right()};
        algorithm = switch (operation.kind()) {
            case MAX -> dnnl.dnnl_pooling_max;
            case AVERAGE -> dnnl.dnnl_pooling_avg_exclude_padding;
            case AVERAGE_WITH_PADDING -> dnnl.dnnl_pooling_avg_include_padding;
        };
        Layout free = Layout.any(compiler.arena(), compiler.type(), compiler.images(out));
        forward = Primitive.of(
                compiler.arena(),
                "a pooling",
                (description, attributes) -> dnnl.dnnl_pooling_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        compiler.propagation(),
                        algorithm,
                        input.layout().descriptor(),
                        free.descriptor(),
                        stride,
                        kernel,
                        dilation,
                        before,
                        after,
                        attributes));
        output = compiler.allocate(forward.layout(dnnl.dnnl_query_dst_md));
        Map<Integer, Tensor> arguments = new HashMap<>(Map.of(dnnl.DNNL_ARG_SRC, input, dnnl.DNNL_ARG_DST, output));
        if (compiler.isForTraining() && algorithm == dnnl.dnnl_pooling_max) {
            positions = compiler.allocate(forward.layout(dnnl.dnnl_query_workspace_md));
            arguments.put(dnnl.DNNL_ARG_WORKSPACE, positions);
        } else {
            positions = null;
        }
        compiler.add(forward, arguments);
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
        Tensor own = compiler.in(gradient, output.layout());
        if (reluBefore) {
            ActivationKernel.addGradient(
                    compiler,
                    dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
                    RELU,
                    Map.of(dnnl.DNNL_ARG_DST, output),
                    output.layout(),
                    own);
        }
        Primitive primitive = Primitive.of(
                compiler.arena(),
                "the gradient of a pooling",
                (description, attributes) -> dnnl.dnnl_pooling_backward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        algorithm,
                        input.layout().descriptor(),
                        own.layout().descriptor(),
                        stride,
                        kernel,
                        dilation,
                        before,
                        after,
                        forward.description(),
                        attributes));
        compiler.note(primitive);
        Tensor result = compiler.allocate(primitive.layout(dnnl.dnnl_query_diff_src_md));
        Map<Integer, Tensor> arguments =
                new HashMap<>(Map.of(dnnl.DNNL_ARG_DIFF_DST, own, dnnl.DNNL_ARG_DIFF_SRC, result));
        if (positions != null) {
            arguments.put(dnnl.DNNL_ARG_WORKSPACE, positions);
        }
        compiler.add(primitive, arguments);
        return new Tensor[] {result};
    }
}
