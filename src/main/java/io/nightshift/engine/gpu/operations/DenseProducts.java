package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.Cublas;

/**
 * The matrix products of a dense layer. In memory, examples {@code [batch, units]} in C order are columns to cuBLAS.
 */
final class DenseProducts {
    private final Cublas cublas;
    private final SideBranch side;
    private final Weights weights;
    private final Activation input;
    private final Activation output;
    private final int batch;
    private final int in;
    private final int out;

    DenseProducts(StepContext step, Weights weights, Activation input, Activation output) {
        this.cublas = step.cublas();
        this.side = step.side();
        this.weights = weights;
        this.input = input;
        this.output = output;
        this.batch = step.batch();
        this.in = input.shape().size();
        this.out = output.shape().size();
    }

    /** Computes the output, without bias. */
    void forward() {
        cublas.multiply(
                true,
                false,
                out,
                batch,
                in,
                weights.weights(),
                input.values().address(),
                output.values().address());
    }

    /** Computes the gradients with respect to weights and input. */
    void backward() {
        side.fork();
        side.cublas()
                .multiply(
                        false,
                        true,
                        in,
                        out,
                        batch,
                        input.values().address(),
                        output.gradient().address(),
                        weights.weightGradients());
        if (input.gradient() != null) {
            cublas.multiply(
                    false,
                    false,
                    in,
                    batch,
                    out,
                    weights.weights(),
                    output.gradient().address(),
                    input.gradient().address());
        }
    }
}
