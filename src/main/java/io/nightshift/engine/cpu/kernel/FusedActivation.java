package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.PostOperation;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.Activation;
import io.nightshift.engine.graph.Operation.ElementFunction;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** An activation that another operation computes on its way out, and its gradient from what came out. */
public final class FusedActivation {
    /** No activation. */
    public static final FusedActivation NONE = new FusedActivation(null);

    private final Activation activation;
    private boolean gradientDone;

    private FusedActivation(Activation activation) {
        this.activation = activation;
    }

    /** Fuses an activation. */
    public static FusedActivation of(Activation activation) {
        return new FusedActivation(activation);
    }

    /** Whether the gradient of such an activation follows from its output alone. */
    public static boolean isInvertible(Activation activation) {
        return switch (activation.function()) {
            case RELU, LEAKY_RELU, ELU, TANH, SIGMOID -> true;
            case SOFTPLUS, SWISH, CLIPPED_RELU -> false;
        };
    }

    /** Whether it is a plain relu, whose gradient a maximum pooling behind it can compute from what it lets through. */
    public boolean isRelu() {
        return activation != null && activation.function() == ElementFunction.RELU;
    }

    /** Is told that the gradient that will come has been through this activation already. */
    public void leaveGradientToPooling() {
        gradientDone = true;
    }

    PostOperation postOperation() {
        return activation == null
                ? PostOperation.NONE
                : new PostOperation(
                        ActivationKernel.algorithm(activation),
                        ActivationKernel.alpha(activation),
                        ActivationKernel.beta(activation));
    }

    /**
     * Adds the call that takes the gradient through the activation, in place.
     *
     * @param output   of the activation
     * @param gradient in any layout
     */
    Tensor backward(Compiler compiler, Tensor output, Tensor gradient) {
        if (activation == null || gradientDone) {
            return gradient;
        }
        Tensor own = compiler.in(gradient, output.layout());
        int algorithm =
                switch (activation.function()) {
                    case RELU, LEAKY_RELU -> dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
                    case ELU -> dnnl.dnnl_eltwise_elu_use_dst_for_bwd;
                    case TANH -> dnnl.dnnl_eltwise_tanh_use_dst_for_bwd;
                    case SIGMOID -> dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
                    default -> throw new IllegalStateException(activation + " is not fused in training");
                };
        ActivationKernel.addGradient(
                compiler, algorithm, activation, Map.of(dnnl.DNNL_ARG_DST, output), output.layout(), own);
        return own;
    }
}
