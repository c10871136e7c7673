package io.nightshift.engine.nd4j;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes the gradient of a convolution's weights and bias, without the one of its input.
 *
 * <p>{@code conv2d_bp} always computes all three, and for an image of one channel the last of them takes ten times as
 * long as the others together. Here: the input's patches in rows, one row for each of the K = channels · kernel height
 * · kernel width weights of a filter, then a row of ones for the bias, and one matrix product
 * {@code [K + 1, n] · [n, filters]} with n = batch · output height · output width.
 */
final class PatchGradient {
    private final int[] kernel;
    private final int[] stride;
    private final int[] dilation;

    PatchGradient(int[] kernel, int[] stride, int[] dilation) {
        this.kernel = kernel;
        this.stride = stride;
        this.dilation = dilation;
    }

    /**
     * @param images         {@code [batch, channels, height, width]}, any strides
     * @param topLeft        zeros to add above and to the left; below and to the right as many as the output needs
     * @param delta          gradient with respect to the pre-activation, contiguous
     *                       {@code [batch, output height, output width, filters]}
     * @param weightGradient written: {@code [filters, channels, kernel height, kernel width]}
     * @param biasGradient   written: as many elements as filters; null if the layer has no bias
     */
    void compute(
            INDArray images,
            int[] topLeft,
            INDArray delta,
            INDArray weightGradient,
            INDArray biasGradient,
            LayerWorkspaceMgr workspaces) {
        long batch = delta.size(0);
        long outHeight = delta.size(1);
        long outWidth = delta.size(2);
        long filters = delta.size(3);
        long channels = images.size(1);
        long weights = channels * kernel[0] * kernel[1];
        long positions = batch * outHeight * outWidth;

        INDArray padded = pad(images, topLeft, outHeight, outWidth, workspaces);
        INDArray patches = workspaces.createUninitialized(
                ArrayType.BP_WORKING_MEM, delta.dataType(), new long[] {weights + 1, batch, outHeight, outWidth}, 'c');
        long row = 0;
        for (long channel = 0; channel < channels; channel++) {
            for (int y = 0; y < kernel[0]; y++) {
                INDArrayIndex rows = every(stride[0], (long) y * dilation[0], outHeight);
                for (int x = 0; x < kernel[1]; x++) {
                    INDArrayIndex columns = every(stride[1], (long) x * dilation[1], outWidth);
                    patches.slice(row++)
                            .assign(padded.get(NDArrayIndex.all(), NDArrayIndex.point(channel), rows, columns));
                }
            }
        }
        patches.slice(weights).assign(1.0);

        INDArray gradient = workspaces.createUninitialized(
                ArrayType.BP_WORKING_MEM, delta.dataType(), new long[] {weights + 1, filters}, 'c');
        Nd4j.exec(DynamicCustomOp.builder("matmul")
                .addInputs(patches.reshape('c', weights + 1, positions), delta.reshape('c', positions, filters))
                .addOutputs(gradient)
                .build());
        weightGradient
                .reshape('c', filters, weights)
                .assign(gradient.get(NDArrayIndex.interval(0, weights), NDArrayIndex.all())
                        .transpose());
        if (biasGradient != null) {
            biasGradient.assign(gradient.slice(weights).reshape(biasGradient.shape()));
        }
    }

    /** Adds the zeros that the patches reach into; returns the images themselves if they reach into none. */
    private INDArray pad(INDArray images, int[] topLeft, long outHeight, long outWidth, LayerWorkspaceMgr workspaces) {
        long height = reach(0, outHeight);
        long width = reach(1, outWidth);
        if (topLeft[0] == 0 && topLeft[1] == 0 && height <= images.size(2) && width <= images.size(3)) {
            return images;
        }
        INDArray padded = workspaces.create(
                ArrayType.BP_WORKING_MEM,
                images.dataType(),
                new long[] {images.size(0), images.size(1), height, width},
                'c');
        long rows = Math.min(images.size(2), height - topLeft[0]);
        long columns = Math.min(images.size(3), width - topLeft[1]);
        padded.get(
                        NDArrayIndex.all(),
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(topLeft[0], topLeft[0] + rows),
                        NDArrayIndex.interval(topLeft[1], topLeft[1] + columns))
                .assign(images.get(
                        NDArrayIndex.all(),
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(0, rows),
                        NDArrayIndex.interval(0, columns)));
        return padded;
    }

    /** Rows (or columns) of the padded image that the output's patches span. */
    private long reach(int axis, long outputs) {
        return (outputs - 1) * stride[axis] + (long) (kernel[axis] - 1) * dilation[axis] + 1;
    }

    private static INDArrayIndex every(int step, long from, long count) {
        return NDArrayIndex.interval(from, step, from + (count - 1) * step + 1);
    }
}
