package io.nightshift.serving;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionScores;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Explains faces one after the other, on a thread of its own: an explanation costs many times what a prediction does,
 * and predictions must not wait for it. Thread-safe.
 */
final class ExplanationQueue implements AutoCloseable {
    /** Faces of a request that are explained. */
    static final int MOST_FACES = 12;
    /** Requests that wait. */
    private static final int MOST_WAITING = 16;

    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                Thread explaining = new Thread(work, "explainer");
                explaining.setDaemon(true);
                return explaining;
            });

    /**
     * Queues the first faces of a request.
     *
     * @param model  retained by the caller until the explanations are there
     * @param faces  of the model's size
     * @param scores of these faces, by this model
     * @return completed on this queue's thread, in the order of the faces
     * @throws OverloadedException if too many requests wait
     */
    CompletableFuture<List<Explanation>> submit(ServedModel model, List<GreyImage> faces, List<EmotionScores> scores) {
        int explained = Math.min(MOST_FACES, faces.size());
        try {
            return CompletableFuture.supplyAsync(
                    () -> model.explain(faces.subList(0, explained), scores.subList(0, explained)), thread);
        } catch (RejectedExecutionException e) {
            throw new OverloadedException(
                    waiting() + " requests wait for explanations already; try again in a second, or without ?explain");
        }
    }

    /** Returns how many requests wait. */
    int waiting() {
        return thread.getQueue().size();
    }

    /** Explains what waits, and ends the thread. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            boolean ended = false;
            while (!ended) {
                ended = thread.awaitTermination(1, TimeUnit.MINUTES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
