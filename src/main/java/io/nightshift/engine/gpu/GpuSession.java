package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.convolution.StepOptions;
import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.Cublas;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.CudaStatus;
import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.KernelCompiler;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.gpu.operations.ParameterBuffers;
import io.nightshift.engine.gpu.operations.SideBranch;
import io.nightshift.engine.gpu.operations.StepContext;
import io.nightshift.engine.gpu.plan.NetworkPlan;

/**
 * What one network's steps on a card share, whatever the size of a minibatch: streams, libraries, kernels, parameters and
 * the optimiser's state. Must be used by one thread at a time, which has chosen the card.
 */
final class GpuSession implements AutoCloseable {
    /** Beta1, beta2 and epsilon, or the momentum. */
    private static final int CONSTANTS = 3;

    /** Learning rate, the three constants, the corrected rate, what weight decay leaves. */
    private static final int SCHEDULE_LENGTH = 6;

    private final CudaCalls cuda;
    private final Card card;
    private final NetworkPlan plan;
    private final StepOptions options;
    private final ResourceStack resources;
    private final GpuStream stream;
    private final DeviceMemory memory;
    private final Kernels kernels;
    private final Cudnn cudnn;
    private final Cublas cublas;
    private final SideBranch side;
    private final ParameterBuffers parameters;
    private final DeviceBuffer iterations;
    private final DeviceBuffer constants;
    private final DeviceBuffer schedule;
    private final DeviceBuffer lossSum;

    /**
     * Starts the libraries and compiles the kernels, which takes a second or two.
     *
     * @param stateLength of the optimiser's state
     */
    static GpuSession open(CudaCalls cuda, Card card, NetworkPlan plan, long stateLength, StepOptions options) {
        ResourceStack resources = new ResourceStack();
        try {
            return new GpuSession(resources, cuda, card, plan, stateLength, options);
        } catch (RuntimeException | Error e) {
            resources.closeAfter(e);
            throw e;
        }
    }

    private GpuSession(
            ResourceStack resources,
            CudaCalls cuda,
            Card card,
            NetworkPlan plan,
            long stateLength,
            StepOptions options) {
        this.cuda = cuda;
        this.card = card;
        this.plan = plan;
        this.options = options;
        this.resources = resources;
        this.stream = resources.own(new GpuStream(cuda));
        this.memory = resources.own(new DeviceMemory(cuda));
        byte[] code = KernelCompiler.compile(
                "kernels.cu", card.architecture(), options.precision().definitions());
        this.kernels = resources.own(new Kernels(cuda, stream, code));
        this.cudnn = resources.own(new Cudnn(stream));
        this.cublas = resources.own(new Cublas(stream, memory, options.precision()));
        this.side = resources.own(new SideBranch(cuda, stream, memory, options.precision()));
        this.parameters = new ParameterBuffers(memory, plan, stateLength, options.precision());
        this.iterations = memory.bytes("the number of steps", Long.BYTES);
        this.constants = memory.floats("the optimiser's constants", CONSTANTS);
        this.schedule = memory.floats("the learning rate", SCHEDULE_LENGTH);
        this.lossSum = memory.bytes("the sum of losses", Double.BYTES);
        stream.zero(lossSum);
    }

    CudaCalls cuda() {
        return cuda;
    }

    /** Makes this card the calling thread's. */
    void useCard() {
        CudaStatus.check(cuda, cuda.useCard(card.index()), "choosing " + card);
    }

    NetworkPlan plan() {
        return plan;
    }

    GpuStream stream() {
        return stream;
    }

    Kernels kernels() {
        return kernels;
    }

    SideBranch side() {
        return side;
    }

    ParameterBuffers parameters() {
        return parameters;
    }

    /** The number of steps so far, a long. */
    DeviceBuffer iterations() {
        return iterations;
    }

    /** Adam's decay rates and epsilon, or Nesterov's momentum. */
    DeviceBuffer constants() {
        return constants;
    }

    /** What {@code beginStep} writes and the update reads. */
    DeviceBuffer schedule() {
        return schedule;
    }

    /** The sum of all losses since it was set to zero, a double. */
    DeviceBuffer lossSum() {
        return lossSum;
    }

    /**
     * Describes the steps of one batch size.
     *
     * @param owned closes what operations make
     * @param own   memory of their buffers
     * @param seed  address of a step's seed
     */
    StepContext context(ResourceStack owned, DeviceMemory own, long seed, int batch) {
        return new StepContext(owned, cuda, card, own, stream, kernels, cudnn, cublas, side, seed, batch, options);
    }

    @Override
    public void close() {
        resources.close();
    }
}
