package io.nightshift.job.prediction;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Printable;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FaceMarks;
import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.NumberedFace;
import io.nightshift.inference.SmoothedPredictions;
import io.nightshift.inference.timeline.Timeline;
import io.nightshift.job.context.DurationText;
import io.nightshift.job.context.Interruption;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.context.PeriodicTask;
import io.nightshift.run.ChosenDetector;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.Picture;
import io.nightshift.vision.video.VideoSink;
import io.nightshift.vision.video.VideoSource;
import io.nightshift.vision.video.VideoSource.VideoFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

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
         * @param faces  with smoothed scores, the largest first; a face keeps its number from frame to frame
         */
        void watched(long frame, double second, List<NumberedFace> faces);
    }

    /**
     * Names what is made of the video.
     *
     * @param video    file to write, with boxes and emotions
     * @param timeline picture to write, with a CSV beside it
     * @param windowed whether to show a window if no video is written
     */
    public record Outputs(Optional<String> video, Optional<String> timeline, boolean windowed) {

        /** Returns the files, in their order. */
        public List<String> files() {
            return Stream.concat(
                            video.stream(), timeline.stream().flatMap(file -> Stream.of(file, Timeline.tableOf(file))))
                    .toList();
        }
    }

    /**
     * Watches to the end of the source, until the window is closed, or until the process is ended. The outputs hold all
     * frames up to then, and appear at the end.
     *
     * @return whether the source was watched to its end, and not interrupted before
     * @throws ConfigurationException if an output cannot be written, or is an input
     * @throws DataException          if the source does not exist, cannot be read, or has no frame
     */
    public boolean run(String modelUri, String source, Outputs outputs, FrameListener listener) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            requireWritable(context.storage(), modelUri, source, outputs);
            EmotionModel model = EmotionModel.of(
                    context.model(modelUri).model(),
                    settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE));
            return watch(context, model, source, outputs, listener);
        }
    }

    private static void requireWritable(Storage storage, String modelUri, String source, Outputs outputs) {
        Map<String, String> inputs = new LinkedHashMap<>(inputs(modelUri, source));
        outputs.video().ifPresent(file -> {
            OutputFile.require(storage, "--output", file, inputs);
            inputs.put("--output", file);
        });
        outputs.timeline().ifPresent(file -> {
            OutputFile.require(storage, "--timeline", Timeline.tableOf(file), inputs);
            OutputFile.require(storage, "--timeline", file, inputs);
        });
    }

    private boolean watch(
            JobContext context, EmotionModel model, String source, Outputs outputs, FrameListener listener) {
        SmoothedPredictions smoothed = new SmoothedPredictions(settings.watch().smoothingSeconds());
        AtomicLong frames = new AtomicLong();
        ChosenDetector detector = context.faceDetector();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean stopped = new AtomicBoolean();
        try (VideoSource video = VideoSource.open(source);
                VideoSink sink = sink(outputs, video, source);
                Timeline timeline = outputs.timeline()
                        .map(file ->
                                new Timeline(file, title(source), model.card().classes()))
                        .orElse(null);
                FaceFinder finder = FaceFinder.of(detector.settings(), detector.content());
                Interruption interruption = Interruption.first(() -> stop(stopped, ended))) {
            long begin = System.nanoTime();
            double frameSeconds = 1 / video.frameRate();
            try (PeriodicTask ticker = new PeriodicTask(
                    Duration.ofSeconds(15),
                    () -> progress.note(speed(frames.get(), video.frames(), System.nanoTime() - begin)))) {
                boolean watching = true;
                for (Optional<VideoFrame> next = video.next(); watching && next.isPresent(); next = video.next()) {
                    VideoFrame frame = next.get();
                    List<NumberedFace> faces = smoothed.next(
                            FacePrediction.of(finder.find(Picture.of(frame.image())), model), frame.second());
                    long number = frames.getAndIncrement();
                    listener.watched(number, frame.second(), faces);
                    if (timeline != null) {
                        timeline.add(number, frame.second(), frame.second() + frameSeconds, faces);
                    }
                    FaceMarks.draw(frame.image(), faces);
                    watching = sink.put(frame.image()) && !stopped.get();
                }
            }
            if (frames.get() == 0) {
                throw new DataException("--source " + source + " has no frame; give another file");
            }
            // A camera is watched until Ctrl-C: that is its end.
            boolean whole = video.isEndless() || !stopped.get();
            finish(sink, Optional.ofNullable(timeline), outputs.files(), whole, frames.get());
            progress.note(speed(frames.get(), OptionalLong.empty(), System.nanoTime() - begin));
            return whole;
        } finally {
            ended.countDown();
        }
    }

    private static VideoSink sink(Outputs outputs, VideoSource video, String source) {
        return outputs.video()
                .map(file -> VideoSink.file(file, video.width(), video.height(), video.frameRate()))
                .orElseGet(() -> outputs.windowed() ? VideoSink.window("nightshift: " + source) : VideoSink.nowhere());
    }

    private static String title(String source) {
        return VideoSource.isCamera(source)
                ? "camera " + source
                : Printable.line(String.valueOf(Path.of(source).getFileName()));
    }

    private static Map<String, String> inputs(String modelUri, String source) {
        return VideoSource.isCamera(source)
                ? Map.of("--model", modelUri)
                : Map.of("--model", modelUri, "--source", source);
    }

    /** Writes the files up to the last frame. After an interruption the end of the process hides what is thrown. */
    private void finish(VideoSink sink, Optional<Timeline> timeline, List<String> files, boolean whole, long frames) {
        try {
            sink.finish();
            timeline.ifPresent(Timeline::finish);
            if (!whole && !files.isEmpty()) {
                progress.note("interrupted: " + String.join(", ", files) + (files.size() == 1 ? " holds" : " hold")
                        + " the first " + frames + " frames");
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

    /** Says how far the work is, and how long the rest takes if it is known how much that is. */
    static String speed(long frames, OptionalLong all, long nanos) {
        double perSecond = frames * 1e9 / nanos;
        boolean known = frames > 0 && all.orElse(0) > frames;
        return frames
                + (known ? " of " + all.getAsLong() : "")
                + String.format(Locale.ROOT, " frames, %.1f frames/s", perSecond)
                + (known
                        ? ", " + DurationText.of(Duration.ofSeconds(Math.round((all.getAsLong() - frames) / perSecond)))
                                + " left"
                        : "");
    }
}
