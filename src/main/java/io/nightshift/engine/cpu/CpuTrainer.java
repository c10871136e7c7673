package io.nightshift.engine.cpu;

import io.nightshift.engine.Network;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.cpu.parameters.ParameterMemory;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.ParameterView;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.graph.UpdateRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network on the processor. It holds parameters and optimiser state of its own, which are taken from a network
 * at the start of an averaging round and put back at its end, and keeps its memory from round to round. Not
 * thread-safe; each instance computes on the thread that calls it.
 */
final class CpuTrainer implements Trainer {
    /** A full minibatch, and the shorter one that ends an epoch. */
    private static final int PROGRAMS = 2;

    private final Graph graph;
    private final List<UpdateRule> rules;
    private final ProgramOptions options;
    private final Arena arena = new Arena();
    private final ParameterMemory parameters;
    private final Tensor state;
    private final long stateLength;
    private final Optimiser optimiser;
    private final List<ParameterView> decayed;
    private final LinkedHashMap<Integer, Program> programs = new LinkedHashMap<>(4, 0.75f, true);
    private double learningRate;
    private long steps;
    private double lossSum;
    private float[] logits = new float[0];

    /**
     * Prepares for a kind of network.
     *
     * @param network initialised; its values do not matter yet
     * @throws UnsupportedNetworkException if something in it is not known here; the message names it
     */
    CpuTrainer(Graph graph, Network network, ProgramOptions options) {
        this.graph = graph.requireTrainable();
        this.options = options;
        this.rules = UpdateRule.of(network);
        INDArray networkState = network.updaterState();
        this.stateLength = networkState == null ? 0 : networkState.length();
        this.parameters = new ParameterMemory(arena, graph.parameters(), true);
        this.state = Tensor.of(arena, Layout.plain(arena, Layout.Type.FLOAT, Math.max(1, stateLength)));
        this.optimiser = new Optimiser(parameters, state);
        this.decayed = graph.trainableWeights();
    }

    @Override
    public void load(Network network) {
        parameters.values().copyFrom(network.params().data().addressPointer(), graph.parameters() * Float.BYTES);
        if (stateLength > 0) {
            state.copyFrom(network.updaterState().data().addressPointer(), stateLength * Float.BYTES);
        }
        learningRate = network.learningRate();
        steps = network.iterations();
        lossSum = 0;
    }

    @Override
    public void store(Network network) {
        parameters.values().copyTo(network.params().data().addressPointer(), graph.parameters() * Float.BYTES);
        if (stateLength > 0) {
            state.copyTo(network.updaterState().data().addressPointer(), stateLength * Float.BYTES);
        }
        network.setCounts((int) steps, network.epochs());
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public void setLearningRate(double rate) {
        learningRate = rate;
    }

    @Override
    public void step(INDArray features, INDArray labels, long seed, double weightDecay) {
        int batch = Math.toIntExact(features.size(0));
        Program program = program(batch);
        put(features, program.input());
        lossSum += gradients(program, labels.data().asFloat(), seed) * batch;
        steps++;
        for (UpdateRule rule : rules) {
            optimiser.update(rule, learningRate, steps);
        }
        if (weightDecay != 0) {
            float factor = (float) (1 - learningRate * weightDecay);
            decayed.forEach(view -> optimiser.scale(view.offset(), view.length(), factor));
        }
    }

    @Override
    public double takeLoss() {
        double taken = lossSum;
        lossSum = 0;
        return taken;
    }

    private double gradients(Program program, float[] labels, long seed) {
        program.forward(seed);
        if (logits.length != labels.length) {
            logits = new float[labels.length];
        }
        program.logits().get(0, logits, 0, logits.length);
        double loss = SoftmaxCrossEntropy.lossAndGradient(logits, labels, graph.classes());
        program.logitsGradient().put(0, logits, 0, logits.length);
        program.backward();
        return loss;
    }

    private void put(INDArray features, Tensor input) {
        INDArray plain = features.ordering() == 'c' && !features.isView() ? features : features.dup('c');
        input.copyFrom(plain.data().addressPointer(), plain.length() * Float.BYTES);
    }

    private Program program(int batch) {
        Program program = programs.get(batch);
        if (program == null) {
            if (programs.size() == PROGRAMS) {
                var eldest = programs.entrySet().iterator().next();
                programs.remove(eldest.getKey());
                eldest.getValue().close();
            }
            program = new Program(graph, parameters, null, batch, options);
            programs.put(batch, program);
        }
        return program;
    }

    /** Computes loss and gradients without an update. */
    double gradients(INDArray features, INDArray labels, long seed) {
        Program program = program(Math.toIntExact(features.size(0)));
        put(features, program.input());
        return gradients(program, labels.data().asFloat(), seed);
    }

    ParameterMemory parameters() {
        return parameters;
    }

    Map<Integer, Program> programs() {
        return programs;
    }

    @Override
    public void close() {
        programs.values().forEach(Program::close);
        programs.clear();
        arena.close();
    }
}
