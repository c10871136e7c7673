package io.nightshift.engine.cpu;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.graph.Graph;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keeps trainers that nobody uses, for the next averaging round. Thread-safe. */
final class TrainerPool {
    /** More than this many kinds of networks at a time means that the older ones have been trained. */
    private static final int KEPT = Math.max(2, Runtime.getRuntime().availableProcessors());

    /** Sums of several threads have other bits than those of one: a program belongs to the number that it was made for. */
    private record Kind(Graph graph, List<UpdateRule> rules, ProgramOptions options, int threads) {}

    private record Idle(Kind kind, CpuTrainer trainer) {}

    private final Deque<Idle> idle = new ArrayDeque<>();

    Trainer borrow(Graph graph, Network network, ProgramOptions options) {
        Kind kind = new Kind(graph, UpdateRule.of(network), options, NativeThreads.ofThisThread());
        CpuTrainer trainer = take(kind);
        return new Borrowed(kind, trainer == null ? new CpuTrainer(graph, network, options) : trainer);
    }

    private synchronized CpuTrainer take(Kind kind) {
        for (Iterator<Idle> all = idle.iterator(); all.hasNext(); ) {
            Idle one = all.next();
            if (one.kind().equals(kind)) {
                all.remove();
                return one.trainer();
            }
        }
        return null;
    }

    private synchronized void giveBack(Idle trainer) {
        idle.addFirst(trainer);
        if (idle.size() > KEPT) {
            idle.removeLast().trainer().close();
        }
    }

    /** A trainer that goes back to the pool when it is closed. */
    private final class Borrowed implements Trainer {
        private final Kind kind;
        private CpuTrainer trainer;

        Borrowed(Kind kind, CpuTrainer trainer) {
            this.kind = kind;
            this.trainer = trainer;
        }

        @Override
        public void load(Network network) {
            trainer.load(network);
        }

        @Override
        public double step(INDArray features, INDArray labels, long seed, double weightDecay) {
            return trainer.step(features, labels, seed, weightDecay);
        }

        @Override
        public long steps() {
            return trainer.steps();
        }

        @Override
        public void store(Network network) {
            trainer.store(network);
        }

        @Override
        public synchronized void close() {
            if (trainer != null) {
                giveBack(new Idle(kind, trainer));
                trainer = null;
            }
        }
    }
}
