package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.Activation;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** An activation that no other operation computes on its way. */
public final class ActivationKernel extends Kernel {
    private final Compiler compiler;
    private final Activation activation;
    private final Tensor input;
    private final Tensor output;

    public ActivationKernel(Compiler compiler, Activation activation, Tensor input) {
        this.compiler = compiler;
        this.activation = activation;
        this.input = input;
        this.output = compiler.allocate(input.layout());
        Primitive forward = Primitive.of(
                compiler.arena(),
                "an activation",
                (description, attributes) -> dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        compiler.propagation(),
                        algorithm(activation),
                        input.layout().descriptor(),
                        input.layout().descriptor(),
                        alpha(activation),
                        beta(activation),
                        attributes));
        compiler.add(forward, Map.of(dnnl.DNNL_ARG_SRC, input, dnnl.DNNL_ARG_DST, output));
    }

    static int algorithm(Activation activation) {
        return switch (activation.function()) {
            case RELU, LEAKY_RELU -> dnnl.dnnl_eltwise_relu;
            case ELU -> dnnl.dnnl_eltwise_elu;
            case TANH -> dnnl.dnnl_eltwise_tanh;
            case SIGMOID -> dnnl.dnnl_eltwise_logistic;
            case SOFTPLUS -> dnnl.dnnl_eltwise_soft_relu;
            case SWISH -> dnnl.dnnl_eltwise_swish;
            case CLIPPED_RELU -> dnnl.dnnl_eltwise_clip;
        };
    }

    static float alpha(Activation activation) {
        // oneDNN clips between alpha and beta.
        return isClipped(activation) ? 0 : (float) activation.alpha();
    }

    static float beta(Activation activation) {
        return isClipped(activation) ? (float) activation.alpha() : 0;
    }

    private static boolean isClipped(Activation activation) {
        return activation.function() == io.nightshift.engine.graph.Operation.ElementFunction.CLIPPED_RELU;
    }

    /** Adds the call that takes a gradient through an activation, in place. */
    static void addGradient(
            Compiler compiler,
            int algorithm,
            Activation activation,
            Map<Integer, Tensor> known,
            Layout layout,
            Tensor gradient) {
        Primitive forward = Primitive.of(
                compiler.arena(),
                "an activation",
                (description, attributes) -> dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        dnnl.dnnl_forward_training,
                        algorithm,
                        layout.descriptor(),
                        layout.descriptor(),
                        alpha(activation),
                        beta(activation),
                        attributes));
        Primitive backward = Primitive.of(
                compiler.arena(),
                "the gradient of an activation",
                (description, attributes) -> dnnl.dnnl_eltwise_backward_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        algorithm,
                        gradient.layout().descriptor(),
                        gradient.layout().descriptor(),
                        layout.descriptor(),
                        alpha(activation),
                        beta(activation),
                        forward.description(),
                        attributes));
        Map<Integer, Tensor> arguments = new HashMap<>(known);
        arguments.put(dnnl.DNNL_ARG_DIFF_DST, gradient);
        arguments.put(dnnl.DNNL_ARG_DIFF_SRC, gradient);
        compiler.add(backward, arguments);
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
        Tensor own = compiler.in(gradient, input.layout());
        addGradient(compiler, algorithm(activation), activation, Map.of(dnnl.DNNL_ARG_SRC, input), input.layout(), own);
        return new Tensor[] {own};
    }
}
