package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.CudaStatus;
import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.cuda.ResourceStack;

/**
 * A second stream for work that nothing in the rest of the backward pass waits for: gradients of weights. Small
 * minibatches do not fill a card with one kernel at a time. In a graph it becomes a branch.
 */
public final class SideBranch implements ResourceStack.Resource {
    private final CudaCalls cuda;
    private final GpuStream main;
    private final GpuStream side;
    private final Cudnn cudnn;
    private final Cublas cublas;
    private final long forked;
    private final long joined;

    public SideBranch(CudaCalls cuda, GpuStream main, DeviceMemory memory, Precision precision) {
        this.cuda = cuda;
        this.main = main;
        this.side = new GpuStream(cuda);
        this.cudnn = new Cudnn(side);
        this.cublas = new Cublas(side, memory, precision);
        this.forked = event();
        this.joined = event();
    }

    private long event() {
        long[] event = new long[1];
        CudaStatus.check(cuda, cuda.createEvent(event), "creating an event");
        return event[0];
    }

    /** Returns cuDNN on this branch. */
    Cudnn cudnn() {
        return cudnn;
    }

    /** Returns cuBLAS on this branch. */
    Cublas cublas() {
        return cublas;
    }

    /** Lets later work on this branch wait for all work so far on the main stream. */
    public void fork() {
        waitFor(forked, main, side);
    }

    /** Lets later work on the main stream wait for all work so far on this branch. */
    public void join() {
        waitFor(joined, side, main);
    }

    private void waitFor(long event, GpuStream first, GpuStream second) {
        CudaStatus.check(cuda, cuda.recordEvent(event, first.handle()), "recording an event");
        CudaStatus.check(cuda, cuda.waitForEvent(event, second.handle()), "waiting for an event");
    }

    @Override
    public void close() {
        CudaStatus.check(cuda, cuda.destroyEvent(forked), "destroying an event");
        CudaStatus.check(cuda, cuda.destroyEvent(joined), "destroying an event");
        cublas.close();
        cudnn.close();
        side.close();
    }
}
