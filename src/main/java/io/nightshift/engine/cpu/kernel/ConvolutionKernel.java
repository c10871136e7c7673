package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.Convolution;
import io.nightshift.engine.graph.ParameterView;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.Window;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** A convolution with its bias and, if there is one, the activation that follows. */
public final class ConvolutionKernel extends Kernel {
    private final Compiler compiler;
    private final Convolution operation;
    private final Shape in;
    private final Shape out;
    private final FusedActivation activation;
    private final Primitive forward;
    private final Tensor source;
    private final Tensor output;
    private final long[] stride;
    private final long[] dilation;
    private final long[] before;
    private final long[] after;
    private final boolean trainable;

    public ConvolutionKernel(
            Compiler compiler,
            Convolution operation,
            Tensor input,
            Shape in,
            Shape out,
            FusedActivation activation,
            boolean trainable) {
        this.compiler = compiler;
        this.operation = operation;
        this.in = in;
        this.out = out;
        this.activation = activation;
        this.trainable = trainable;
        Window window = operation.window();
        stride = new long[] {window.strideY(), window.strideX()};
        // oneDNN counts the elements that are left out.
        dilation = new long[] {window.dilateY() - 1, window.dilateX() - 1};
        before = new long[] {window.top(), window.left()};
        after = new long[] {window.bottom(), window.right()};
        Layout bias =
                operation.bias() == null ? null : Layout.plain(compiler.arena(), Layout.Type.FLOAT, out.channels());
        Layout free = compiler.freeImages(in);
        Layout freeOut = compiler.freeImages(out);
        Layout weights = freeWeights();
        forward = Primitive.of(
                compiler.arena(),
                "a convolution of " + in,
                activation.postOperation(),
                (description, attributes) -> dnnl.dnnl_convolution_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        compiler.propagation(),
                        dnnl.dnnl_convolution_direct,
                        free.descriptor(),
                        weights.descriptor(),
                        bias == null ? null : bias.descriptor(),
                        freeOut.descriptor(),
                        stride,
                        dilation,
                        before,
                        after,
                        attributes));
        source = compiler.in(input, forward.layout(dnnl.dnnl_query_src_md));
        output = compiler.allocate(forward.layout(dnnl.dnnl_query_dst_md));
        Map<Integer, Tensor> arguments = new HashMap<>(Map.of(
                dnnl.DNNL_ARG_SRC, source,
                dnnl.DNNL_ARG_WEIGHTS, weights(forward),
                dnnl.DNNL_ARG_DST, output));
        if (bias != null) {
            arguments.put(dnnl.DNNL_ARG_BIAS, compiler.value(operation.bias()));
        }
        compiler.add(forward, arguments);
    }

    private Layout freeWeights() {
        return Layout.any(
                compiler.arena(),
                compiler.type(),
                operation.weights().shape().stream().mapToLong(Long::longValue).toArray());
    }

    private Tensor weights(Primitive primitive) {
        return compiler.weights(operation.weights(), primitive.layout(dnnl.dnnl_query_weights_md));
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        Tensor own = activation.backward(compiler, output, gradient);
        if (trainable) {
            backwardWeights(own);
        }
        return new Tensor[] {wanted[0] ? backwardInput(own) : null};
    }

    private void backwardWeights(Tensor gradient) {
        ParameterView biasView = operation.bias();
        Layout bias = biasView == null ? null : Layout.plain(compiler.arena(), Layout.Type.FLOAT, out.channels());
        Layout weights = Layout.any(
                compiler.arena(),
                Layout.Type.FLOAT,
                operation.weights().shape().stream().mapToLong(Long::longValue).toArray());
        Layout freeIn = compiler.freeImages(in);
        Layout freeOut = compiler.freeImages(out);
        Primitive primitive = Primitive.of(
                compiler.arena(),
                "the gradient of a convolution's weights",
                (description, attributes) -> dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        dnnl.dnnl_convolution_direct,
                        freeIn.descriptor(),
                        weights.descriptor(),
                        bias == null ? null : bias.descriptor(),
                        freeOut.descriptor(),
                        stride,
                        dilation,
                        before,
                        after,
                        forward.description(),
                        attributes));
        compiler.note(primitive);
        Tensor flat = compiler.gradient(operation.weights());
        Layout chosen = primitive.layout(dnnl.dnnl_query_diff_weights_md);
        Tensor own = chosen.isSameAs(flat.layout()) ? flat : compiler.allocate(chosen);
        Map<Integer, Tensor> arguments = new HashMap<>(Map.of(
                dnnl.DNNL_ARG_SRC, compiler.in(source, primitive.layout(dnnl.dnnl_query_src_md)),
                dnnl.DNNL_ARG_DIFF_DST, compiler.in(gradient, primitive.layout(dnnl.dnnl_query_diff_dst_md)),
                dnnl.DNNL_ARG_DIFF_WEIGHTS, own));
        if (bias != null) {
            arguments.put(dnnl.DNNL_ARG_DIFF_BIAS, compiler.gradient(biasView));
        }
        compiler.add(primitive, arguments);
        if (own != flat) {
            compiler.copy(own, flat);
        }
    }

    private Tensor backwardInput(Tensor gradient) {
        Layout weights = freeWeights();
        Layout freeIn = compiler.freeImages(in);
        Layout freeOut = compiler.freeImages(out);
        Primitive primitive = Primitive.of(
                compiler.arena(),
                "the gradient of a convolution's input",
                (description, attributes) -> dnnl.dnnl_convolution_backward_data_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        dnnl.dnnl_convolution_direct,
                        freeIn.descriptor(),
                        weights.descriptor(),
                        freeOut.descriptor(),
                        stride,
                        dilation,
                        before,
                        after,
                        forward.description(),
                        attributes));
        compiler.note(primitive);
        Tensor result = compiler.allocate(primitive.layout(dnnl.dnnl_query_diff_src_md));
        compiler.add(
                primitive,
                Map.of(
                        dnnl.DNNL_ARG_DIFF_DST,
                        compiler.in(gradient, primitive.layout(dnnl.dnnl_query_diff_dst_md)),
                        dnnl.DNNL_ARG_WEIGHTS,
                        weights(primitive),
                        dnnl.DNNL_ARG_DIFF_SRC,
                        result));
        return result;
    }
}
