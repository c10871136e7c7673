package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CardChoice;
import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuLibraries;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.KernelCompiler;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.gpu.operations.ConvolutionOperation;
import io.nightshift.engine.gpu.operations.DenseOperation;
import io.nightshift.engine.gpu.operations.Operation;
import io.nightshift.engine.gpu.operations.OperationFactory;
import io.nightshift.engine.gpu.operations.ParameterBuffers;
import io.nightshift.engine.gpu.operations.SideBranch;
import io.nightshift.engine.gpu.operations.StepContext;
import io.nightshift.engine.gpu.operations.StepOptions;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Trains a network on one card, a minibatch at a time: forward, backward and Adam's update, replayed as one CUDA graph.
 * Parameters and Adam's state stay on the card between steps; both are vectors in DL4J's order ({@code
 * MultiLayerNetwork.params()} and the updater's state, first all first moments, then all second moments).
 *
 * <p>Must be used by one thread. Every method may throw {@link GpuException}.
 */
public final class TrainingStep implements AutoCloseable {
    private static final long SEARCH_WORKSPACE = 256L << 20;
    private static final int SCHEDULE_LENGTH = 5;

    private final NetworkPlan plan;
    private final int batch;
    private final ResourceStack resources;
    private final DeviceMemory memory;
    private final GpuStream stream;
    private final Kernels kernels;
    private final SideBranch side;
    private final ParameterBuffers parameters;
    private final DeviceBuffer pixels;
    private final DeviceBuffer images;
    private final DeviceBuffer labels;
    private final DeviceBuffer losses;
    private final DeviceBuffer iterations;
    private final DeviceBuffer schedule;
    private final List<Operation> operations;
    private boolean ran;
    private GpuStream.Graph graph;

    /**
     * Allocates all buffers, compiles the kernels and measures cuDNN's algorithms, which takes some seconds.
     *
     * @param cuda  from {@link GpuLibraries#load}
     * @param card  from {@link CardChoice#use}, in this thread
     * @param batch examples of a minibatch
     * @throws IllegalArgumentException if the batch size is not from 1 to {@link NetworkPlan#largestBatch}
     * @throws GpuException for example if the card's memory does not suffice; nothing is left on the card then
     */
    public static TrainingStep create(CudaCalls cuda, Card card, NetworkPlan plan, int batch, StepOptions options) {
        if (batch < 1 || batch > plan.largestBatch()) {
            throw new IllegalArgumentException(
                    "a batch size of %d; this network takes 1 to %d".formatted(batch, plan.largestBatch()));
        }
        ResourceStack resources = new ResourceStack();
        try {
            return new TrainingStep(resources, cuda, card, plan, batch, options);
        } catch (RuntimeException | Error e) {
            resources.closeAfter(e);
            throw e;
        }
    }

    private TrainingStep(
            ResourceStack resources, CudaCalls cuda, Card card, NetworkPlan plan, int batch, StepOptions options) {
        this.plan = plan;
        this.batch = batch;
        this.resources = resources;
        this.stream = resources.own(new GpuStream(cuda));
        this.memory = resources.own(new DeviceMemory(cuda));
        this.kernels =
                resources.own(new Kernels(cuda, stream, KernelCompiler.compile("kernels.cu", card.architecture())));
        Cudnn cudnn = resources.own(new Cudnn(stream));
        Cublas cublas = resources.own(new Cublas(stream, memory, options.precision()));
        this.side = resources.own(new SideBranch(cuda, stream, memory, options.precision()));
        this.parameters = new ParameterBuffers(memory, plan, options.channelsLast());
        int pixelCount = Math.multiplyExact(batch, plan.input().size());
        this.pixels = memory.bytes("pixels", pixelCount);
        this.images = memory.floats("images", pixelCount);
        this.labels = memory.bytes("labels", (long) batch * Integer.BYTES);
        this.losses = memory.floats("losses", batch);
        this.iterations = memory.bytes("the number of steps", Long.BYTES);
        this.schedule = memory.floats("the learning rate", SCHEDULE_LENGTH);
        StepContext context = new StepContext(
                resources,
                cuda,
                card,
                memory,
                stream,
                kernels,
                cudnn,
                cublas,
                side,
                iterations.address(),
                batch,
                options);
        this.operations = new OperationFactory(context, plan, parameters).create(images, labels, losses);
        chooseAlgorithms();
    }

    private void chooseAlgorithms() {
        DeviceBuffer scratch = memory.bytes("the search for algorithms", SEARCH_WORKSPACE);
        long needed = 1;
        long neededAside = 1;
        for (ConvolutionOperation operation : convolutions()) {
            operation.chooseAlgorithms(scratch);
            needed = Math.max(needed, operation.convolution().workspaceNeeded());
            neededAside = Math.max(neededAside, operation.convolution().sideWorkspaceNeeded());
        }
        memory.free(scratch);
        DeviceBuffer workspace = memory.bytes("cuDNN's workspace", needed);
        DeviceBuffer sideWorkspace = memory.bytes("cuDNN's second workspace", neededAside);
        convolutions().forEach(operation -> operation.convolution().useWorkspaces(workspace, sideWorkspace));
    }

    private List<ConvolutionOperation> convolutions() {
        return operations.stream()
                .filter(ConvolutionOperation.class::isInstance)
                .map(ConvolutionOperation.class::cast)
                .toList();
    }

    /**
     * Uploads a network.
     *
     * @param values     all parameters
     * @param adamState  twice as many
     * @param iteration  steps of the optimiser so far
     */
    public void upload(float[] values, float[] adamState, long iteration) {
        stream.synchronize();
        parameters.parameters().upload(values);
        parameters.state().upload(adamState);
        iterations.upload(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(iteration)
                .array());
        parameters.refreshFilters(kernels);
    }

    /** Sets Adam's learning rate, decay rates and epsilon for the steps from now on. */
    public void setAdam(double rate, double beta1, double beta2, double epsilon) {
        stream.synchronize();
        schedule.upload(new float[] {(float) rate, (float) beta1, (float) beta2, (float) epsilon, 0});
    }

    /**
     * Uploads a minibatch.
     *
     * @param bytes   pixels from 0 to 255 as {@code [batch, channels, height, width]}, or with channels last as the
     *                options say
     * @param classes the examples' labels
     */
    public void load(byte[] bytes, int[] classes) {
        stream.synchronize();
        pixels.upload(bytes);
        labels.upload(classes);
    }

    /** Computes loss and gradients of the minibatch, and updates nothing but the count of steps. */
    public void computeGradients() {
        kernels.launch("beginStep", 1, 1, 1, 1, iterations.address(), schedule.address());
        int count = batch * plan.input().size();
        kernels.forEach("scalePixels", count, pixels.address(), images.address(), count);
        operations.forEach(Operation::forward);
        for (int i = operations.size() - 1; i >= 0; i--) {
            operations.get(i).backward();
        }
        side.join();
        parameters.collectGradients(kernels);
    }

    /** Runs the backward pass of one operation alone. */
    void backward(Operation operation) {
        side.fork();
        operation.backward();
        side.join();
    }

    /**
     * Starts a step on the minibatch. The first one loads what the libraries load late, the second is recorded, later
     * ones replay it.
     */
    public void start() {
        if (graph == null && ran) {
            graph = resources.own(stream.record(this::computeStep));
        }
        if (graph == null) {
            computeStep();
            ran = true;
        } else {
            stream.replay(graph);
        }
    }

    private void computeStep() {
        computeGradients();
        parameters.update(kernels, schedule);
        parameters.refreshFilters(kernels);
    }

    /** Waits until all that was started is done, and reports its errors. */
    public void await() {
        stream.synchronize();
    }

    /** Returns the mean loss of the last minibatch that was computed. */
    public double loss() {
        stream.synchronize();
        double sum = 0;
        for (float loss : losses.downloadFloats()) {
            sum += loss;
        }
        return sum / batch;
    }

    /** Returns the parameters. */
    public float[] parameters() {
        stream.synchronize();
        return parameters.parameters().downloadFloats();
    }

    /** Returns the gradients of the mean loss, in the parameters' order. */
    public float[] gradients() {
        stream.synchronize();
        return parameters.gradients().downloadFloats();
    }

    /** Returns Adam's state. */
    public float[] adamState() {
        stream.synchronize();
        return parameters.state().downloadFloats();
    }

    /**
     * Returns dropout's decisions in the last step, in the order of the layers with dropout: {@code [batch, units]}, 1
     * for kept.
     */
    List<byte[]> dropoutMasks() {
        return operations.stream()
                .filter(DenseOperation.class::isInstance)
                .map(DenseOperation.class::cast)
                .map(DenseOperation::mask)
                .filter(mask -> mask != null)
                .toList();
    }

    /** Returns the stream of all work. */
    GpuStream stream() {
        return stream;
    }

    /** Returns the operations, a max pooling with the convolution before it. */
    List<Operation> operations() {
        return operations;
    }

    /** Describes the chosen algorithms, a line per convolution. */
    String algorithms() {
        return convolutions().stream()
                .map(operation -> operation.convolution().toString())
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }

    /** Returns the bytes of the card's memory that this step holds. */
    public long memoryBytes() {
        return memory.allocated();
    }

    @Override
    public void close() {
        resources.close();
    }
}
