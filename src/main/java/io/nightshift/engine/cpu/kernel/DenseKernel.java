package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.Dense;
import io.nightshift.engine.graph.ParameterView;
import io.nightshift.engine.graph.Shape;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** A product with a matrix, with its bias and, if there is one, the activation that follows. */
public final class DenseKernel extends Kernel {
    private final Compiler compiler;
    private final ParameterView weightView;
    private final ParameterView biasView;
    private final long[] inputShape;
    private final FusedActivation activation;
    private final boolean trainable;
    private final Primitive forward;
    private final Layout bias;
    private final Layout outputLayout;
    private final Tensor source;
    private final Tensor output;

    public DenseKernel(
            Compiler compiler,
            Dense operation,
            Tensor input,
            Shape in,
            Shape out,
            FusedActivation activation,
            boolean trainable) {
        this.compiler = compiler;
        this.activation = activation;
        this.trainable = trainable;
        this.biasView = operation.bias();
        boolean vectors = input.layout().rank() == 2;
        this.weightView = vectors ? operation.weights().matrix() : operation.weights();
        this.inputShape = vectors ? new long[] {compiler.batch(), in.size()} : compiler.images(in);
        this.bias = biasView == null ? null : Layout.plain(compiler.arena(), Layout.Type.FLOAT, out.channels());
        this.outputLayout = Layout.plain(compiler.arena(), compiler.type(), compiler.batch(), out.channels());
        Layout freeIn = freeInput();
        Layout weights = freeWeights(compiler.type());
        forward = Primitive.of(
                compiler.arena(),
                "a dense layer of " + in,
                activation.postOperation(),
                (description, attributes) -> dnnl.dnnl_inner_product_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        compiler.propagation(),
                        freeIn.descriptor(),
                        weights.descriptor(),
                        bias == null ? null : bias.descriptor(),
                        outputLayout.descriptor(),
                        attributes));
        source = compiler.in(input, forward.layout(dnnl.dnnl_query_src_md));
        output = compiler.allocate(outputLayout);
        Map<Integer, Tensor> arguments = new HashMap<>(Map.of(
                dnnl.DNNL_ARG_SRC, source,
                dnnl.DNNL_ARG_WEIGHTS, compiler.weights(weightView, forward.layout(dnnl.dnnl_query_weights_md)),
                dnnl.DNNL_ARG_DST, output));
        if (bias != null) {
            arguments.put(dnnl.DNNL_ARG_BIAS, compiler.value(biasView));
        }
        compiler.add(forward, arguments);
    }

    private Layout freeInput() {
        return Layout.any(compiler.arena(), compiler.type(), inputShape);
    }

    private Layout freeWeights(Layout.Type type) {
        return Layout.any(
                compiler.arena(),
                type,
                weightView.shape().stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        Tensor own = compiler.in(activation.backward(compiler, output, gradient), outputLayout);
        if (trainable) {
            backwardWeights(own);
        }
        return new Tensor[] {wanted[0] ? backwardInput(own) : null};
    }

    private void backwardWeights(Tensor gradient) {
        Layout freeIn = freeInput();
        Layout weights = freeWeights(Layout.Type.FLOAT);
        Primitive primitive = Primitive.of(
                compiler.arena(),
                "the gradient of a dense layer's weights",
                (description, attributes) -> dnnl.dnnl_inner_product_backward_weights_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        freeIn.descriptor(),
                        weights.descriptor(),
                        bias == null ? null : bias.descriptor(),
                        outputLayout.descriptor(),
                        forward.description(),
                        attributes));
        compiler.note(primitive);
        Tensor flat = compiler.gradient(weightView);
        Layout chosen = primitive.layout(dnnl.dnnl_query_diff_weights_md);
        Tensor own = chosen.isSameAs(flat.layout()) ? flat : compiler.allocate(chosen);
        Map<Integer, Tensor> arguments = new HashMap<>(Map.of(
                dnnl.DNNL_ARG_SRC, compiler.in(source, primitive.layout(dnnl.dnnl_query_src_md)),
                dnnl.DNNL_ARG_DIFF_DST, gradient,
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
        Layout freeIn = freeInput();
        Layout weights = freeWeights(compiler.type());
        Primitive primitive = Primitive.of(
                compiler.arena(),
                "the gradient of a dense layer's input",
                (description, attributes) -> dnnl.dnnl_inner_product_backward_data_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        freeIn.descriptor(),
                        weights.descriptor(),
                        outputLayout.descriptor(),
                        forward.description(),
                        attributes));
        compiler.note(primitive);
        Tensor result = compiler.allocate(primitive.layout(dnnl.dnnl_query_diff_src_md));
        compiler.add(
                primitive,
                Map.of(
                        dnnl.DNNL_ARG_DIFF_DST,
                        gradient,
                        dnnl.DNNL_ARG_WEIGHTS,
                        compiler.weights(weightView, primitive.layout(dnnl.dnnl_query_weights_md)),
                        dnnl.DNNL_ARG_DIFF_SRC,
                        result));
        return result;
    }
}
