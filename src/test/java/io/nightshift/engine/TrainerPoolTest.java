package io.nightshift.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TrainerPoolTest {
    private final List<Counted> made = new ArrayList<>();
    private final TrainerPool<String> pool = new TrainerPool<>(2);

    /** Counts whether it was closed, and fails in {@code load} if it is told to. */
    private static final class Counted implements Trainer {
        boolean fails;
        boolean closed;

        @Override
        public void load(Network network) {
            if (fails) {
                throw new IllegalStateException("the GPU stopped working");
            }
        }

        @Override
        public void setLearningRate(double rate) {}

        @Override
        public void step(INDArray features, INDArray labels, long seed, double weightDecay) {}

        @Override
        public double takeLoss() {
            return 3;
        }

        @Override
        public long steps() {
            return 0;
        }

        @Override
        public void store(Network network) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    private Trainer borrow(String kind) {
        return pool.borrow(kind, () -> {
            made.add(new Counted());
            return made.get(made.size() - 1);
        });
    }

    @Test
    void anIdleTrainerOfTheSameKindServesAgain() {
        borrow("a").close();
        borrow("a").close();
        assertThat(made).hasSize(1);
        borrow("b").close();
        assertThat(made).hasSize(2);
        assertThat(made).noneMatch(trainer -> trainer.closed);
    }

    @Test
    void theOldestIdleOneIsClosedWhenThereAreTooMany() {
        borrow("a").close();
        borrow("b").close();
        borrow("c").close();
        assertThat(made.get(0).closed).isTrue();
        assertThat(made.get(1).closed).isFalse();
    }

    @Test
    void oneThatHasFailedDoesNotServeAgain() {
        Trainer failing = borrow("a");
        made.get(0).fails = true;
        assertThatThrownBy(() -> failing.load(null)).hasMessage("the GPU stopped working");
        failing.close();
        failing.close();
        assertThat(made.get(0).closed).isTrue();
        borrow("a").close();
        assertThat(made).hasSize(2);
    }
}
