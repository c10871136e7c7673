package io.nightshift.serving;

import io.nightshift.config.settings.ImageSettings;
import io.nightshift.config.settings.ServeSettings;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionScores;
import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.ImagePrediction;
import io.nightshift.vision.detect.Face;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the faces of requests: decodes and searches the images on some threads, then has the network predict the faces
 * of all requests together. Bounded in threads, in requests that wait, and in memory. Thread-safe.
 */
public final class PredictionService implements AutoCloseable {
    /** Of a decoded picture: three or four of its colours, one of its grey copy, one for what the decoder needs. */
    private static final long BYTES_PER_PIXEL = 6;
    /** Part of the heap that pictures may take. */
    private static final int HEAP_PART = 4;

    private final CurrentModel model;
    private final ImageDecoder decoder;
    private final ThreadPoolExecutor readers;
    private final FinderPool pictures;
    private final FinderPool frames;
    private final Batcher batcher;
    private final ExplanationQueue explanations = new ExplanationQueue();
    private final ServingMetrics metrics;

    /**
     * How a request is to be answered.
     *
     * @param wholeImages whether each image is one face
     * @param frames      whether the images are frames of a camera, which are searched faster and less thoroughly
     * @param explain     whether to tell what spoke for the labels
     */
    public record Options(boolean wholeImages, boolean frames, boolean explain) {}

    /** An image that was decoded and searched; its faces wait for their scores. */
    private record Searched(String name, int width, int height, List<Face> faces, String error) {
        ImagePrediction with(List<EmotionScores> scores) {
            List<FacePrediction> predictions = new ArrayList<>();
            for (int i = 0; i < faces.size(); i++) {
                predictions.add(new FacePrediction(faces.get(i), scores.get(i)));
            }
            return new ImagePrediction(name, width, height, predictions, error);
        }
    }

    /**
     * Starts the threads, and opens a face detector; the other threads open theirs when they need one.
     *
     * @param pictures opens a detector; called on any thread
     * @param frames   opens a detector for the frames of a camera, when the first one comes; called on any thread
     */
    public PredictionService(
            CurrentModel model,
            ServeSettings.Limits limits,
            Supplier<FaceFinder> pictures,
            Supplier<FaceFinder> frames,
            ServingMetrics metrics) {
        this.model = model;
        this.metrics = metrics;
        this.decoder =
                new ImageDecoder(new ImageSettings(limits.maxPixels(), limits.maxBodyBytes()), "serve.max-pixels");
        int cores = Runtime.getRuntime().availableProcessors();
        int threads = threads(cores, Runtime.getRuntime().maxMemory(), limits.maxPixels());
        // Each thread of this service has a core; a detector that took all of them would only wait for the others.
        FaceFinder.onOneThread();
        this.pictures = new FinderPool(pictures);
        this.frames = new FinderPool(frames);
        this.pictures.openFirst();
        this.readers = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(limits.maxWaiting()), work -> {
                    Thread thread = new Thread(work, "reader");
                    thread.setDaemon(true);
                    return thread;
                });
        this.batcher = new Batcher(cores, limits.batchSize(), limits.maxWaiting() * 4, metrics);
        metrics.waiting(this::waiting);
    }

    /** Returns as many threads as there are cores, and fewer if the pictures of so many would not fit into the heap. */
    static int threads(int cores, long heap, int maxPixels) {
        return (int) Math.max(1, Math.min(cores, heap / HEAP_PART / (maxPixels * BYTES_PER_PIXEL)));
    }

    /**
     * Reads the faces of some images, by one model.
     *
     * @param images unpacks the images, on a thread of this service; what it throws fails the answer
     * @return completed on another thread, or failed with {@link CurrentModel.NoModelException} or
     *         {@link OverloadedException}
     * @throws OverloadedException if too many requests wait
     */
    public CompletableFuture<Answer> predict(Supplier<List<ImageInput>> images, Options options) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            readers.execute(() -> {
                try {
                    read(images.get(), options, answer);
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new OverloadedException(readers.getQueue().size() + " requests wait already; try again in a second");
        }
        return answer;
    }

    private void read(List<ImageInput> images, Options options, CompletableFuture<Answer> answer) {
        ServedModel used = model.retained();
        try {
            List<GreyImage> pixels = new ArrayList<>();
            List<Searched> searched =
                    search(images, options, used.card().input().side(), pixels);
            metrics.images(images.size(), pixels.size());
            batcher.submit(used, pixels)
                    .thenCompose(scores -> explanations(options, used, pixels, scores)
                            .thenApply(explained -> new Answer(used.id(), together(searched, scores), explained)))
                    .whenComplete((made, failure) -> {
                        used.release();
                        if (failure == null) {
                            answer.complete(made);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    });
        } catch (RuntimeException | Error e) {
            used.release();
            throw e;
        }
    }

    private CompletableFuture<List<Explanation>> explanations(
            Options options, ServedModel used, List<GreyImage> pixels, List<EmotionScores> scores) {
        return options.explain()
                ? explanations.submit(used, pixels, scores)
                : CompletableFuture.completedFuture(List.of());
    }

    private List<Searched> search(List<ImageInput> images, Options options, int side, List<GreyImage> pixels) {
        Function<FaceFinder, List<Searched>> work = finder -> images.stream()
                .map(image -> search(image, finder, side, pixels))
                .toList();
        if (options.wholeImages()) {
            return work.apply(FaceFinder.ofWholeImages());
        }
        return (options.frames() ? frames : pictures).with(work);
    }

    /** Adds the faces at the model's size, because a large one would lie in memory while it waits. */
    private Searched search(ImageInput image, FaceFinder finder, int side, List<GreyImage> pixels) {
        try {
            Picture picture = decoder.decode(image.content());
            List<Face> faces = new ArrayList<>();
            for (FaceFinder.FoundFace found : finder.find(picture)) {
                faces.add(found.face());
                pixels.add(found.image().scaledTo(side));
            }
            return new Searched(image.name(), picture.width(), picture.height(), faces, "");
        } catch (ImageException e) {
            return new Searched(image.name(), 0, 0, List.of(), e.getMessage());
        }
    }

    private static List<ImagePrediction> together(List<Searched> searched, List<EmotionScores> scores) {
        List<ImagePrediction> images = new ArrayList<>();
        int from = 0;
        for (Searched image : searched) {
            images.add(image.with(scores.subList(from, from + image.faces().size())));
            from += image.faces().size();
        }
        return images;
    }

    private int waiting() {
        return readers.getQueue().size() + batcher.waitingFaces() + explanations.waiting();
    }

    /** Answers what waits, and ends the threads. */
    @Override
    public void close() {
        readers.shutdown();
        try {
            // What it began holds the detectors.
            boolean ended = false;
            while (!ended) {
                ended = readers.awaitTermination(1, TimeUnit.MINUTES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        batcher.close();
        explanations.close();
        pictures.close();
        frames.close();
    }
}
