package io.nightshift.face;

import io.nightshift.config.ConfigurationException;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import javax.swing.WindowConstants;
import org.bytedeco.javacv.CanvasFrame;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.FrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Where watched frames go. */
public interface VideoSink extends AutoCloseable {

    /**
     * Shows or writes a frame.
     *
     * @return false if nobody is looking any more
     */
    boolean put(BufferedImage frame);

    @Override
    void close();

    /**
     * A video file of this machine, in the format that its name says: {@code .mp4} (H.264), {@code .avi}, {@code .mkv}.
     *
     * @throws ConfigurationException if it cannot be written
     */
    static VideoSink file(String path, int width, int height, double frameRate) {
        // H.264 halves the colours' resolution, and wants even numbers.
        FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(path, width + width % 2, height + height % 2);
        recorder.setFrameRate(frameRate);
        recorder.setVideoBitrate((int) Math.min(Integer.MAX_VALUE, Math.max(1_000_000, 0.2 * width * height * frameRate)));
        Java2DFrameConverter converter = new Java2DFrameConverter();
        try {
            recorder.start();
        } catch (FrameRecorder.Exception e) {
            throw new ConfigurationException("--output " + path
                    + " cannot be written; check the folder, and let the name end in .mp4, .avi or .mkv");
        }
        return new VideoSink() {
            @Override
            public boolean put(BufferedImage frame) {
                try {
                    recorder.record(converter.convert(frame));
                } catch (FrameRecorder.Exception e) {
                    throw new IllegalStateException("writing " + path + " failed", e);
                }
                return true;
            }

            @Override
            public void close() {
                converter.close();
                try {
                    recorder.close();
                } catch (FrameRecorder.Exception e) {
                    throw new IllegalStateException("finishing " + path + " failed", e);
                }
            }
        };
    }

    /**
     * A window, until it is closed.
     *
     * @throws ConfigurationException if there is no screen
     */
    static VideoSink window(String title) {
        if (GraphicsEnvironment.isHeadless()) {
            throw new ConfigurationException("there is no screen for a window; name a video file with --output, such as "
                    + "watched.mp4, or ask for --json");
        }
        CanvasFrame window = new CanvasFrame(title);
        window.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
        return new VideoSink() {
            @Override
            public boolean put(BufferedImage frame) {
                window.showImage(frame);
                return window.isDisplayable();
            }

            @Override
            public void close() {
                window.dispose();
            }
        };
    }

    /** Nowhere: for those who want the figures alone. */
    static VideoSink nowhere() {
        return new VideoSink() {
            @Override
            public boolean put(BufferedImage frame) {
                return true;
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }
}
