package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.convolution.StepOptions;
import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.graph.Shape;

/**
 * What all operations of a step share.
 *
 * @param resources closes what operations make
 * @param cuda    the runtime
 * @param card    computes
 * @param memory  owns all buffers
 * @param stream  orders all work
 * @param side    computes gradients of weights
 * @param seed    address of the seed of the step's random numbers, a long
 * @param batch   examples of a minibatch
 */
public record StepContext(
        ResourceStack resources,
        CudaCalls cuda,
        Card card,
        DeviceMemory memory,
        GpuStream stream,
        Kernels kernels,
        Cudnn cudnn,
        Cublas cublas,
        SideBranch side,
        long seed,
        int batch,
        StepOptions options) {

    /** Allocates a buffer of numbers of the step's precision. */
    DeviceBuffer reals(String purpose, long count) {
        return memory.bytes(
                purpose, Math.multiplyExact(count, options.precision().bytes()));
    }

    /** Allocates the buffers behind a layer. */
    Activation activation(String layer, Shape shape) {
        long size = (long) batch * shape.size();
        return new Activation(shape, reals("the output of " + layer, size), reals("the gradient of " + layer, size));
    }
}
