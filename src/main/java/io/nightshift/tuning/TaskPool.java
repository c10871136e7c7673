package io.nightshift.tuning;

import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes trainings side by side, as many as there are tasks. What decides and what takes results is one thread. */
final class TaskPool {
    private final int slots;
    private final Trainings trainings;

    /** @param slots trainings that are made at once */
    TaskPool(int slots, Trainings trainings) {
        this.slots = slots;
        this.trainings = trainings;
    }

    /**
     * Makes trainings until none is left.
     *
     * @param next  the next training; empty if there is none until another one has ended
     * @param ended takes each result
     */
    void run(Supplier<Optional<TrialResult>> next, Consumer<TrialResult> ended) {
        ExecutorService threads = Executors.newFixedThreadPool(slots, work -> {
            Thread thread = new Thread(work, "trial");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<TrialResult> running = new ExecutorCompletionService<>(threads);
            int count = 0;
            while (true) {
                for (Optional<TrialResult> more = Optional.empty();
                        count < slots && (more = next.get()).isPresent();
                        count++) {
                    TrialResult planned = more.get();
                    running.submit(() -> trainings.train(planned));
                }
                if (count == 0) {
                    return;
                }
                ended.accept(running.take().get());
                count--;
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while trials were trained", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
