package io.nightshift.engine.gpu;

import io.nightshift.dataset.augment.PackedImages;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.gpu.operations.ConvolutionOperation;
import io.nightshift.engine.gpu.operations.DropoutOperation;
import io.nightshift.engine.gpu.operations.Operation;
import io.nightshift.engine.gpu.operations.OperationFactory;
import io.nightshift.engine.gpu.operations.StepContext;
import io.nightshift.engine.graph.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The training step of a network for one batch size: images are changed, then forward, backward and the optimiser's
 * update, replayed as one CUDA graph. Must be used by one thread at a time, which has chosen the card.
 */
final class TrainingProgram implements AutoCloseable {
    private static final long SEARCH_WORKSPACE = 256L << 20;

    private final GpuSession session;
    private final int batch;
    private final ResourceStack resources;
    private final DeviceMemory memory;
    private final InputQueue input;
    private final DeviceBuffer images;
    private final DeviceBuffer losses;
    private final List<Operation> operations;
    private boolean ran;
    private boolean decays;
    private GpuStream.Graph graph;

    /**
     * Allocates all buffers and measures cuDNN's algorithms, which takes a second or two.
     *
     * @param batch examples of a minibatch
     * @throws IllegalArgumentException if the batch size is not from 1 to {@link
     *     io.nightshift.engine.gpu.plan.NetworkPlan#largestBatch}
     * @throws io.nightshift.engine.gpu.cuda.GpuException for example if the card's memory does not suffice; nothing of
     *     this program is left on the card then
     */
    static TrainingProgram create(GpuSession session, int batch) {
        int most = session.plan().largestBatch();
        if (batch < 1 || batch > most) {
            throw new IllegalArgumentException(
                    "a batch size of %d; this network takes 1 to %d on a GPU".formatted(batch, most));
        }
        ResourceStack resources = new ResourceStack();
        try {
            return new TrainingProgram(resources, session, batch);
        } catch (RuntimeException | Error e) {
            resources.closeAfter(e);
            throw e;
        }
    }

    private TrainingProgram(ResourceStack resources, GpuSession session, int batch) {
        this.session = session;
        this.batch = batch;
        this.resources = resources;
        this.memory = resources.own(new DeviceMemory(session.cuda()));
        Shape image = session.plan().input();
        int classes = session.plan().classes();
        this.input = resources.own(new InputQueue(
                session.cuda(),
                session.stream(),
                memory,
                Math.multiplyExact(batch, classes),
                Math.multiplyExact(batch, PackedImages.rowBytes(image.height()))));
        StepContext context = session.context(resources, memory, input.step(), batch);
        this.images = memory.bytes(
                "images",
                (long) batch * image.size() * context.options().precision().bytes());
        this.losses = memory.floats("losses", batch);
        this.operations = new OperationFactory(context, session.plan(), session.parameters())
                .create(images, input.labels(), losses, session.lossSum().address());
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
     * Takes a minibatch to the card, behind all work so far.
     *
     * @param labels {@code [batch, classes]}
     * @param rows   as {@link PackedImages} lays them down
     */
    void load(InputQueue.Step step, float[] labels, ByteBuffer rows) {
        input.put(step, labels, rows);
    }

    /** Starts the computation of loss and gradients of the minibatch, and updates nothing but the count of steps. */
    void computeGradients() {
        Kernels kernels = session.kernels();
        kernels.launch(
                "beginStep",
                1,
                1,
                1,
                1,
                session.iterations().address(),
                input.step(),
                session.constants().address(),
                session.schedule().address());
        Shape image = session.plan().input();
        kernels.launch(
                "prepareImages",
                batch,
                1,
                Kernels.THREADS,
                1,
                input.rows(),
                images.address(),
                image.height(),
                image.channels(),
                PackedImages.rowBytes(image.height()));
        operations.forEach(Operation::forward);
        for (int i = operations.size() - 1; i >= 0; i--) {
            operations.get(i).backward();
        }
        session.side().join();
        session.parameters().collectGradients(kernels);
    }

    /** Runs the backward pass of one operation alone. */
    void backward(Operation operation) {
        session.side().fork();
        operation.backward();
        session.side().join();
    }

    /**
     * Starts a step on the minibatch. The first one loads what the libraries load late, the second is recorded, later
     * ones replay it.
     *
     * @param withDecay whether weights decay
     */
    void start(boolean withDecay) {
        if (decays != withDecay) {
            // What was recorded is another step.
            ran = false;
            graph = null;
            decays = withDecay;
        }
        if (graph == null && ran) {
            graph = resources.own(session.stream().record(this::computeStep));
        }
        if (graph == null) {
            computeStep();
            ran = true;
        } else {
            session.stream().replay(graph);
        }
    }

    private void computeStep() {
        computeGradients();
        session.parameters().update(session.kernels(), session.schedule());
        if (decays) {
            session.parameters().decay(session.kernels(), session.schedule());
        }
        session.parameters().convertWeights(session.kernels());
    }

    /** Returns dropout's decisions in the last step, in the order of the layers: {@code [batch, units]}, 1 for kept. */
    List<byte[]> dropoutMasks() {
        return operations.stream()
                .filter(DropoutOperation.class::isInstance)
                .map(DropoutOperation.class::cast)
                .map(DropoutOperation::mask)
                .toList();
    }

    /** The network's input, as the images of the last minibatch became it. */
    DeviceBuffer images() {
        return images;
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

    /** Returns the bytes of the card's memory that this program holds, without what all programs share. */
    long memoryBytes() {
        return memory.allocated();
    }

    @Override
    public void close() {
        resources.close();
    }
}
