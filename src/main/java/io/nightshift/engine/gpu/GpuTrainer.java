package io.nightshift.engine.gpu;

import io.nightshift.engine.Network;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.gpu.convolution.StepOptions;
import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import io.nightshift.engine.graph.UpdateRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network on a card. {@link #load} takes parameters and optimiser state there and {@link #store} brings them
 * back; between them a step waits for nothing. Not thread-safe; from one {@link #load} to the next, one thread must use
 * it.
 */
final class GpuTrainer implements Trainer {
    /** A full minibatch, and the shorter one that ends an epoch. */
    private static final int PROGRAMS = 2;

    private final GpuSession session;
    private final LinkedHashMap<Integer, TrainingProgram> programs = new LinkedHashMap<>(4, 0.75f, true);
    private double learningRate;
    private long steps;

    /**
     * Prepares for a kind of network.
     *
     * @param stateLength of its optimiser's state
     */
    GpuTrainer(CudaCalls cuda, Card card, NetworkPlan plan, long stateLength, StepOptions options) {
        this.session = GpuSession.open(cuda, card, plan, stateLength, options);
    }

    @Override
    public void load(Network network) {
        session.useCard();
        session.stream().synchronize();
        session.parameters().parameters().upload(bytes(network.params()));
        session.parameters().state().upload(bytes(network.updaterState()));
        steps = network.iterations();
        session.iterations().upload(new long[] {steps});
        learningRate = network.learningRate();
        session.constants().upload(constants());
        session.stream().zero(session.lossSum());
        session.parameters().convertWeights(session.kernels());
    }

    /** Returns the memory of an array without gaps. */
    static ByteBuffer bytes(INDArray array) {
        return new BytePointer(array.data().addressPointer())
                .position(0)
                .capacity(array.length() * array.dataType().width())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    /** What of the update rule does not change from step to step. */
    private float[] constants() {
        UpdateRule rule = session.plan().rules().get(0);
        return rule instanceof UpdateRule.Adam adam
                ? new float[] {(float) adam.beta1(), (float) adam.beta2(), (float) adam.epsilon()}
                : new float[] {(float) ((UpdateRule.Nesterov) rule).momentum(), 0, 0};
    }

    @Override
    public void setLearningRate(double rate) {
        learningRate = rate;
    }

    @Override
    public void step(INDArray features, INDArray labels, long seed, double weightDecay) {
        TrainingProgram program = program(Math.toIntExact(features.size(0)));
        program.load(
                new InputQueue.Step(seed, (float) learningRate, (float) (1 - learningRate * weightDecay)),
                labels.data().asFloat(),
                bytes(features));
        program.start(weightDecay != 0);
        steps++;
    }

    /** Returns the program of a batch size, which it makes at the first call. */
    TrainingProgram program(int batch) {
        TrainingProgram program = programs.get(batch);
        if (program == null) {
            session.stream().synchronize();
            if (programs.size() == PROGRAMS) {
                var eldest = programs.entrySet().iterator().next();
                programs.remove(eldest.getKey());
                eldest.getValue().close();
            }
            program = TrainingProgram.create(session, batch);
            programs.put(batch, program);
        }
        return program;
    }

    GpuSession session() {
        return session;
    }

    @Override
    public double takeLoss() {
        session.stream().synchronize();
        ByteBuffer sum = ByteBuffer.allocateDirect(Double.BYTES).order(ByteOrder.nativeOrder());
        session.lossSum().download(sum);
        session.stream().zero(session.lossSum());
        return sum.getDouble(0);
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public void store(Network network) {
        session.stream().synchronize();
        session.parameters().parameters().download(bytes(network.params()));
        session.parameters().state().download(bytes(network.updaterState()));
        network.setCounts((int) steps, network.epochs());
    }

    @Override
    public void close() {
        session.useCard();
        programs.values().forEach(TrainingProgram::close);
        programs.clear();
        session.close();
    }
}
