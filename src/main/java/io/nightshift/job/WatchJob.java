package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.config.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FaceMarks;
import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.SmoothedPredictions;
import io.nightshift.job.context.Interruption;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.context.PeriodicTask;
import io.nightshift.store.StorageException;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.Picture;
import io.nightshift.vision.video.VideoSink;
import io.nightshift.vision.video.VideoSource;
import io.nightshift.vision.video.VideoSource.VideoFrame;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Predicts the emotions of the faces in each frame of a video or a camera, without Spark. */
public final class WatchJob {
    private static final long LONGEST_END_SECONDS = 20;

    private final Settings settings;
    private final JobProgress progress;

    public WatchJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Receives the predictions of each frame. */
    public interface FrameListener {

        /**
         * Receives a frame.
         *
         * @param frame  its number, from 0
         * @param second of the video at which it is shown
         * @param faces  with smoothed scores, the largest first
         */
        void watched(long frame, double second, List<FacePrediction> faces);
    }

    /**
     * Watches to the end of the source, until the window is closed, or until the process is ended. The video holds all
     * frames up to then.
     *
     * @param output   video file to write; it appears at the end
     * @param windowed whether to show a window if no file is written
     * @return whether the source was watched to its end, and not interrupted before
     * @throws ConfigurationException if the output cannot be written, or is an input
     * @throws DataException          if the source does not exist, cannot be read, or has no frame
     */
    public boolean run(
            String modelUri, String source, Optional<String> output, boolean windowed, FrameListener listener) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            EmotionModel model = EmotionModel.of(
                    context.model(modelUri).model(),
                    settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE));
            return watch(context, model, modelUri, source, output, windowed, listener);
        }
    }

    private boolean watch(
            JobContext context,
            EmotionModel model,
            String modelUri,
            String source,
            Optional<String> output,
            boolean windowed,
            FrameListener listener) {
        SmoothedPredictions smoothed = new SmoothedPredictions(settings.watch().smoothingSeconds());
        AtomicLong frames = new AtomicLong();
        output.ifPresent(file -> OutputFile.require(context.storage(), "--output", file, inputs(modelUri, source)));
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean stopped = new AtomicBoolean();
        try (VideoSource video = VideoSource.open(source);
                VideoSink sink = output.map(
                                file -> VideoSink.file(file, video.width(), video.height(), video.frameRate()))
                        .orElseGet(() -> windowed ? VideoSink.window("nightshift: " + source) : VideoSink.nowhere());
                FaceFinder finder = FaceFinder.of(settings.face(), context.faceDetector());
                Interruption interruption = Interruption.first(() -> stop(stopped, ended))) {
            long begin = System.nanoTime();
            try (PeriodicTask ticker =
                    new PeriodicTask(Duration.ofSeconds(15), () -> progress.note(speed(frames.get(), begin)))) {
                boolean watching = true;
                for (Optional<VideoFrame> next = video.next(); watching && next.isPresent(); next = video.next()) {
                    VideoFrame frame = next.get();
                    List<FacePrediction> faces = smoothed.next(
                            FacePrediction.of(finder.find(Picture.of(frame.image())), model), frame.second());
                    listener.watched(frames.getAndIncrement(), frame.second(), faces);
                    FaceMarks.draw(frame.image(), faces);
                    watching = sink.put(frame.image()) && !stopped.get();
                }
            }
            if (frames.get() == 0) {
                throw new DataException("--source " + source + " has no frame; give another file");
            }
            // A camera is watched until Ctrl-C: that is its end.
            boolean whole = video.isEndless() || !stopped.get();
            finish(sink, output, whole, frames.get());
            progress.note(speed(frames.get(), begin));
            return whole;
        } finally {
            ended.countDown();
        }
    }

    private static Map<String, String> inputs(String modelUri, String source) {
        return VideoSource.isCamera(source)
                ? Map.of("--model", modelUri)
                : Map.of("--model", modelUri, "--source", source);
    }

    /** Writes the video up to its last frame. After an interruption the end of the process hides what is thrown. */
    private void finish(VideoSink sink, Optional<String> output, boolean whole, long frames) {
        try {
            sink.finish();
            if (!whole) {
                output.ifPresent(
                        file -> progress.note("interrupted: " + file + " holds the first " + frames + " frames"));
            }
        } catch (StorageException e) {
            if (whole) {
                throw e;
            }
            progress.note("interrupted: " + e.getMessage());
        }
    }

    /** Ends the watching after the present frame, and makes the end of the process wait for it. */
    private static void stop(AtomicBoolean stopped, CountDownLatch ended) {
        stopped.set(true);
        try {
            ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String speed(long frames, long begin) {
        return String.format(
                Locale.ROOT, "%d frames, %.1f frames/s", frames, frames * 1e9 / (System.nanoTime() - begin));
    }
}
