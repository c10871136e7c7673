package io.nightshift.job.prediction;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.ServeSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.job.context.Interruption;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.PeriodicTask;
import io.nightshift.job.serving.ChampionFollower;
import io.nightshift.job.serving.OutputRuns;
import io.nightshift.retraining.Champions;
import io.nightshift.run.ChosenDetector;
import io.nightshift.run.LoadedModel;
import io.nightshift.run.Runs;
import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.PredictionService;
import io.nightshift.serving.RunCatalogue;
import io.nightshift.serving.ServedModel;
import io.nightshift.serving.ServingMetrics;
import io.nightshift.serving.http.HttpServer;
import io.nightshift.vision.detect.FaceFinder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Serves a model over HTTP until the process is ended, without Spark. */
public final class ServeJob {
    /** Beyond the time for requests under way: what is left then is in threads that end with the process. */
    private static final int MORE_SECONDS = 4;

    private final Settings settings;
    private final JobProgress progress;

    public ServeJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Is told when the server answers. */
    public interface StartListener {
        /**
         * The server answers.
         *
         * @param port that is open
         * @param stop ends the server, as the end of the process does, and returns at once
         */
        void started(int port, Runnable stop);
    }

    /**
     * Serves one model, or the champion of the settings' output directory and each one that follows it.
     *
     * @param modelUri empty to follow the champion; the server starts also if there is none yet
     * @throws ConfigurationException if there is no such model, if the port cannot be opened, or if other machines
     *                                could call without a token
     */
    public void run(Optional<String> modelUri, StartListener listener) {
        ServeSettings serve = settings.serve().withTokenOf(System.getenv());
        HttpServer.requireSafe(serve);
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            CurrentModel model = new CurrentModel();
            if (modelUri.isPresent()) {
                LoadedModel loaded = context.model(modelUri.get());
                model.replace(ServedModel.of(loaded.model(), loaded.sha256(), views()));
                serve(context, serve, model, Optional.empty(), listener);
            } else {
                follow(context, serve, model, listener);
            }
        }
    }

    private void follow(JobContext context, ServeSettings serve, CurrentModel model, StartListener listener) {
        String output = settings.output().uri();
        Champions champions = new Champions(context.conditionalWrites(), output);
        Runs runs = new Runs(context.storage(), output);
        ChampionFollower follower = new ChampionFollower(champions, runs, views(), model, progress::note);
        follower.look();
        Duration interval = Duration.ofSeconds(serve.pollSeconds());
        try (PeriodicTask following = new PeriodicTask(interval, follower::look)) {
            serve(context, serve, model, Optional.of(new OutputRuns(runs, champions, interval)), listener);
        }
    }

    private TestTimeAugmentation views() {
        return settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE);
    }

    private void serve(
            JobContext context,
            ServeSettings serve,
            CurrentModel model,
            Optional<RunCatalogue> runs,
            StartListener listener) {
        // Not beside the loading of the model: JavaCPP, and whoever else loads a native library, take two locks of the
        // dynamic linker in opposite orders, so that two threads may wait for each other for ever.
        ChosenDetector detector = context.faceDetector();
        ServingMetrics metrics = new ServingMetrics();
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (PredictionService service = new PredictionService(
                        model,
                        serve.limits(),
                        () -> FaceFinder.of(detector.settings(), detector.content()),
                        () -> FaceFinder.ofFrames(detector.settings(), detector.content()),
                        metrics);
                HttpServer server = new HttpServer(serve, model, service, metrics, runs);
                Interruption interruption = Interruption.first(() -> {
                    stop.countDown();
                    await(ended, serve.drainSeconds() + MORE_SECONDS);
                })) {
            server.start();
            listener.started(server.port(), stop::countDown);
            await(stop, Integer.MAX_VALUE);
            progress.note("ending: requests under way get their answers");
        } finally {
            ended.countDown();
        }
    }

    private static void await(CountDownLatch latch, int seconds) {
        try {
            latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
