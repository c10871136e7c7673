package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.gpu.plan.NetworkPlan;

/**
 * What all operations of a step share.
 *
 * @param resources closes what operations make
 * @param cuda    the runtime
 * @param card    computes
 * @param memory  owns all buffers
 * @param stream  orders all work
 * @param side    computes gradients of weights
 * @param step    address of the number of steps so far, a long
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
        long step,
        int batch,
        StepOptions options) {

    /** Allocates the buffers behind a layer. */
    Activation activation(String layer, NetworkPlan.Shape shape, boolean withGradient) {
        long size = (long) batch * shape.size();
        return new Activation(
                shape,
                memory.floats("the output of " + layer, size),
                withGradient ? memory.floats("the gradient of " + layer, size) : null);
    }
}
