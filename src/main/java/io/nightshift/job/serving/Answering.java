package io.nightshift.job.serving;

import io.nightshift.config.settings.ServeSettings;
import io.nightshift.job.context.JobContext;
import io.nightshift.run.ChosenDetector;
import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.PredictionService;
import io.nightshift.serving.RunCatalogue;
import io.nightshift.serving.ServingMetrics;
import io.nightshift.serving.http.HttpServer;
import io.nightshift.vision.detect.FaceFinder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * What answers requests.
 *
 * @param service finds the faces, and has the model predict them
 * @param server  whose port is not open yet
 */
public record Answering(PredictionService service, HttpServer server) implements AutoCloseable {

    /**
     * Chooses the face detector; the rest is opened when the supplier is asked.
     *
     * @param runs of the output directory, if there is one
     * @throws io.nightshift.config.ConfigurationException if a detector needs a file that there is not
     */
    public static Supplier<Answering> opener(
            JobContext context, ServeSettings serve, CurrentModel model, Optional<RunCatalogue> runs) {
        ChosenDetector detector = context.faceDetector();
        return () -> {
            ServingMetrics metrics = new ServingMetrics();
            PredictionService service = new PredictionService(
                    model,
                    serve.limits(),
                    () -> FaceFinder.of(detector.settings(), detector.content()),
                    () -> FaceFinder.ofFrames(detector.settings(), detector.content()),
                    metrics);
            return new Answering(service, new HttpServer(serve, model, service, metrics, runs));
        };
    }

    /**
     * Opens it on another thread while this one loads the model: the libraries of each take a second or more.
     *
     * @throws RuntimeException what either has thrown; then nothing stays open
     */
    public static Answering openedBeside(Runnable loading, Supplier<Answering> opener) {
        CompletableFuture<Answering> opening = CompletableFuture.supplyAsync(opener);
        try {
            loading.run();
        } catch (RuntimeException | Error e) {
            opening.thenAccept(Answering::close).exceptionally(also -> null).join();
            throw e;
        }
        try {
            return opening.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        server.close();
        service.close();
    }
}
