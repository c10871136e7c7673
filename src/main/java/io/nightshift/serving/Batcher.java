package io.nightshift.serving;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionScores;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Predicts the faces that wait at the same time in one call of the network, which takes less time a face than a call
 * for each. Never waits for more to come: who is alone is served at once. Thread-safe.
 */
final class Batcher implements AutoCloseable {
    private final int batchSize;
    private final int maxWaiting;
    private final ServingMetrics metrics;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private int waitingFaces;
    private boolean closed;

    private record Waiting(ServedModel model, List<GreyImage> faces, CompletableFuture<List<EmotionScores>> scores) {}

    /**
     * Starts the threads.
     *
     * @param threads    calls of the network at the same time, each on one core
     * @param batchSize  faces in a call; a request with more goes through alone
     * @param maxWaiting faces that may wait
     */
    Batcher(int threads, int batchSize, int maxWaiting, ServingMetrics metrics) {
        this.batchSize = batchSize;
        this.maxWaiting = maxWaiting;
        this.metrics = metrics;
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(this::work, "scorer-" + i);
            thread.setDaemon(true);
            thread.start();
            this.threads.add(thread);
        }
    }

    /**
     * Queues the faces of one request, which are predicted in one call.
     *
     * @param model retained by the caller until the scores are there
     * @param faces of the model's size
     * @return the scores in the order of the faces; completed on one of this batcher's threads
     * @throws OverloadedException if too many faces wait
     */
    synchronized CompletableFuture<List<EmotionScores>> submit(ServedModel model, List<GreyImage> faces) {
        if (faces.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (closed || waitingFaces + faces.size() > maxWaiting && waitingFaces > 0) {
            throw new OverloadedException(waitingFaces + " faces wait already; try again in a second");
        }
        Waiting waiting = new Waiting(model, faces, new CompletableFuture<>());
        queue.add(waiting);
        waitingFaces += faces.size();
        notify();
        return waiting.scores();
    }

    /** Returns how many faces wait. */
    synchronized int waitingFaces() {
        return waitingFaces;
    }

    private void work() {
        for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
            predict(batch);
        }
    }

    private void predict(List<Waiting> batch) {
        List<GreyImage> faces =
                batch.stream().flatMap(waiting -> waiting.faces().stream()).toList();
        List<EmotionScores> scores;
        try {
            scores = batch.get(0).model().predict(faces);
        } catch (RuntimeException | Error e) {
            batch.forEach(waiting -> waiting.scores().completeExceptionally(e));
            return;
        }
        metrics.batch(faces.size());
        int from = 0;
        for (Waiting waiting : batch) {
            waiting.scores()
                    .complete(scores.subList(from, from + waiting.faces().size()));
            from += waiting.faces().size();
        }
    }

    /** Returns the requests of the next call, all of one model; none after the end. */
    private synchronized List<Waiting> next() {
        while (queue.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return List.of();
            }
        }
        List<Waiting> batch = new ArrayList<>();
        int most = wellFilled(Math.min(waitingFaces, batchSize));
        int size = 0;
        while (!queue.isEmpty()
                && (batch.isEmpty()
                        || queue.peek().model() == batch.get(0).model()
                                && size + queue.peek().faces().size() <= most)) {
            Waiting waiting = queue.remove();
            batch.add(waiting);
            size += waiting.faces().size();
        }
        waitingFaces -= size;
        return batch;
    }

    /**
     * The network computes a power of two of faces, and throws away what is beside them: 17 faces take as long as 32.
     * Then 16 go first.
     */
    private static int wellFilled(int faces) {
        int power = Math.max(1, Integer.highestOneBit(faces));
        return faces >= power + power / 2 ? faces : power;
    }

    /** Ends the threads when all that waits is predicted. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
