package io.nightshift.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps trainers that nobody uses, for the next averaging round: making one anew takes longer than a round. Thread-safe.
 *
 * @param <K> what tells trainers apart; one serves all networks of an equal kind
 */
public final class TrainerPool<K> {
    private record Idle<K>(K kind, Trainer trainer) {}

    private final int most;
    private final Deque<Idle<K>> idle = new ArrayDeque<>();

    /**
     * Makes an empty pool.
     *
     * @param most trainers that are kept; with more kinds of networks than that, the older ones have been trained
     */
    public TrainerPool(int most) {
        this.most = most;
    }

    /**
     * Returns an idle trainer of a kind, or a new one. It comes back to the pool when it is closed, unless one of its
     * methods has thrown: nobody knows in what state it is then.
     */
    public Trainer borrow(K kind, Supplier<Trainer> make) {
        Trainer trainer = take(kind);
        return new Borrowed(kind, trainer == null ? make.get() : trainer);
    }

    private synchronized Trainer take(K kind) {
        for (Iterator<Idle<K>> all = idle.iterator(); all.hasNext(); ) {
            Idle<K> one = all.next();
            if (one.kind().equals(kind)) {
                all.remove();
                return one.trainer();
            }
        }
        return null;
    }

    private synchronized void giveBack(Idle<K> trainer) {
        idle.addFirst(trainer);
        if (idle.size() > most) {
            idle.removeLast().trainer().close();
        }
    }

    /** A trainer that goes back to the pool when it is closed. */
    private final class Borrowed implements Trainer {
        private final K kind;
        private Trainer trainer;
        private boolean broken;

        Borrowed(K kind, Trainer trainer) {
            this.kind = kind;
            this.trainer = trainer;
        }

        private <T> T call(Supplier<T> method) {
            broken = true;
            T result = method.get();
            broken = false;
            return result;
        }

        private void run(Runnable method) {
            call(() -> {
                method.run();
                return null;
            });
        }

        @Override
        public void load(Network network) {
            run(() -> trainer.load(network));
        }

        @Override
        public void setLearningRate(double rate) {
            run(() -> trainer.setLearningRate(rate));
        }

        @Override
        public void step(INDArray features, INDArray labels, long seed, double weightDecay) {
            run(() -> trainer.step(features, labels, seed, weightDecay));
        }

        @Override
        public double takeLoss() {
            return call(trainer::takeLoss);
        }

        @Override
        public long steps() {
            return trainer.steps();
        }

        @Override
        public void store(Network network) {
            run(() -> trainer.store(network));
        }

        @Override
        public synchronized void close() {
            if (trainer != null && broken) {
                trainer.close();
            } else if (trainer != null) {
                giveBack(new Idle<>(kind, trainer));
            }
            trainer = null;
        }
    }
}
