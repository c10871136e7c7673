package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;

/**
 * The matrix products of a dense layer. In memory, examples {@code [batch, units]} in C order are columns to cuBLAS.
 */
final class DenseProducts {
    private final Cublas cublas;
    private final SideBranch side;
    private final Weights weights;
    private final Activation input;
    private final int batch;
    private final int in;
    private final int out;

    DenseProducts(StepContext step, Weights weights, Activation input, int out) {
        this.cublas = step.cublas();
        this.side = step.side();
        this.weights = weights;
        this.input = input;
        this.batch = step.batch();
        this.in = input.shape().size();
        this.out = out;
    }

    /**
     * Computes the output, without bias.
     *
     * @param type of the output's numbers
     */
    void forward(DeviceBuffer output, Cublas.Result type) {
        cublas.multiply(
                true, false, out, batch, in, weights.weights(), input.values().address(), output.address(), type);
    }

    /** Computes the gradients with respect to weights and input from that of the output. */
    void backward(DeviceBuffer outputGradient) {
        side.fork();
        side.cublas()
                .multiply(
                        false,
                        true,
                        in,
                        out,
                        batch,
                        input.values().address(),
                        outputGradient.address(),
                        weights.weightGradients(),
                        Cublas.Result.FLOATS);
        if (input.gradient() != null) {
            cublas.multiply(
                    false,
                    false,
                    in,
                    batch,
                    out,
                    weights.weights(),
                    outputGradient.address(),
                    input.gradient().address(),
                    Cublas.Result.AS_FACTORS);
        }
    }
}
