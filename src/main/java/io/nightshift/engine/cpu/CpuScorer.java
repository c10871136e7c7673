package io.nightshift.engine.cpu;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.parameters.ParameterMemory;
import io.nightshift.engine.cpu.parameters.PreparedWeights;
import io.nightshift.engine.graph.Graph;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Scores with a copy of a network's parameters. Thread-safe: calls from several threads run side by side, each on its
 * own thread alone.
 */
final class CpuScorer implements Scorer {
    /** Larger calls are cut: activations of this many images still lie in a core's caches, more or less. */
    private static final int LARGEST_BATCH = 64;

    private final Graph graph;
    private final ProgramOptions options;
    private final Arena arena = new Arena();
    private final ParameterMemory parameters;
    private final PreparedWeights prepared = new PreparedWeights();
    private final ConcurrentLinkedQueue<Lane> idle = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Lane> all = new ConcurrentLinkedQueue<>();

    /** The programs of one call at a time, by batch size. */
    private static final class Lane {
        private final Map<Integer, Program> programs = new HashMap<>();
    }

    CpuScorer(Graph original, Network network, ProgramOptions options) {
        float[] values = new float[Math.toIntExact(original.parameters())];
        new FloatPointer(network.params().data().addressPointer()).get(values);
        FoldedNetwork folded = FoldedNetwork.of(original, values);
        this.graph = folded.graph();
        this.options = options;
        this.parameters = new ParameterMemory(arena, graph.parameters(), false);
        parameters.values().put(0, folded.parameters(), 0, folded.parameters().length);
        NativeThreads.alone(() -> program(lane(), 1));
    }

    private Lane lane() {
        Lane lane = idle.poll();
        if (lane == null) {
            lane = new Lane();
            all.add(lane);
        }
        return lane;
    }

    @Override
    public float[][] scores(float[] images, int n) {
        float[][] scores = new float[n][];
        NativeThreads.alone(() -> {
            Lane lane = lane();
            for (int from = 0; from < n; from += LARGEST_BATCH) {
                score(lane, images, from, Math.min(LARGEST_BATCH, n - from), scores);
            }
            idle.add(lane);
        });
        return scores;
    }

    private void score(Lane lane, float[] images, int from, int count, float[][] scores) {
        // Powers of two: seven programs serve all sizes, and what is computed beside is thrown away.
        int batch = count == 1 ? 1 : Integer.highestOneBit(count - 1) * 2;
        Program program = program(lane, batch);
        int size = graph.input().size();
        program.input().put(0, images, from * size, count * size);
        program.forward(0);
        float[] logits = new float[count * graph.classes()];
        program.logits().get(0, logits, 0, logits.length);
        if (graph.endsInSoftmax()) {
            SoftmaxCrossEntropy.softmax(logits, graph.classes());
        }
        for (int i = 0; i < count; i++) {
            scores[from + i] = new float[graph.classes()];
            System.arraycopy(logits, i * graph.classes(), scores[from + i], 0, graph.classes());
        }
    }

    private Program program(Lane lane, int batch) {
        return lane.programs.computeIfAbsent(batch, size -> {
            // Weights in oneDNN's layouts are shared by all programs.
            synchronized (prepared) {
                Program program = new Program(graph, parameters, prepared, size, options);
                program.prepare();
                return program;
            }
        });
    }

    @Override
    public void close() {
        all.forEach(lane -> lane.programs.values().forEach(Program::close));
        all.clear();
        idle.clear();
        prepared.close();
        arena.close();
    }
}
