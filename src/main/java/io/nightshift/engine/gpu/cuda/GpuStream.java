package io.nightshift.engine.gpu.cuda;

/**
 * A queue of work on the current card, whose work can be recorded as a graph and replayed. Must be used by one thread
 * at a time.
 */
public final class GpuStream implements ResourceStack.Resource {

    /** Recorded work, which {@link GpuStream#replay} runs as a whole. */
    public final class Graph implements ResourceStack.Resource {
        private final long handle;

        private Graph(long handle) {
            this.handle = handle;
        }

        @Override
        public void close() {
            CudaStatus.check(cuda, cuda.destroyGraph(handle), "destroying a graph");
        }
    }

    private final CudaCalls cuda;
    private final long handle;

    public GpuStream(CudaCalls cuda) {
        this.cuda = cuda;
        long[] created = new long[1];
        CudaStatus.check(cuda, cuda.createStream(created), "creating a stream");
        this.handle = created[0];
    }

    /** Returns CUDA's handle. */
    public long handle() {
        return handle;
    }

    /** Sets a buffer to zero. */
    public void zero(DeviceBuffer buffer) {
        CudaStatus.check(cuda, cuda.zero(buffer.address(), buffer.bytes(), handle), "setting " + buffer + " to zero");
    }

    /**
     * Waits until all work is done.
     *
     * @throws GpuException also if any of that work failed
     */
    public void synchronize() {
        CudaStatus.check(cuda, cuda.synchronize(handle), "computing");
    }

    /**
     * Records what {@code work} starts on this stream, without running it. Ends the recording also if {@code work}
     * throws.
     *
     * @return the recording, which the caller closes
     */
    public Graph record(Runnable work) {
        CudaStatus.check(cuda, cuda.beginCapture(handle), "starting to record a graph");
        long[] graph = new long[1];
        int status;
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (cuda.endCapture(handle, graph) == CudaStatus.SUCCESS) {
                cuda.destroyGraph(graph[0]);
            }
            throw e;
        }
        status = cuda.endCapture(handle, graph);
        CudaStatus.check(cuda, status, "recording a graph");
        return new Graph(graph[0]);
    }

    /** Runs a recording; does not wait. */
    public void replay(Graph graph) {
        CudaStatus.check(cuda, cuda.launchGraph(graph.handle, handle), "starting a graph");
    }

    /**
     * Times work on an idle card, repeated in one graph, so that the time to start it from Java does not count.
     *
     * @return seconds of one repetition
     */
    public double seconds(Runnable work, int repeats) {
        try (Graph graph = record(() -> {
            for (int i = 0; i < repeats; i++) {
                work.run();
            }
        })) {
            replay(graph);
            synchronize();
            long start = System.nanoTime();
            replay(graph);
            synchronize();
            return (System.nanoTime() - start) / 1e9 / repeats;
        }
    }

    @Override
    public void close() {
        CudaStatus.check(cuda, cuda.destroyStream(handle), "destroying a stream");
    }
}
