package io.nightshift.vision.video;

import io.nightshift.config.ConfigurationException;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import javax.swing.WindowConstants;
import org.bytedeco.javacv.CanvasFrame;

/** Takes frames: a video file, a window, or neither. */
public interface VideoSink extends AutoCloseable {

    /**
     * Shows or writes a frame.
     *
     * @return false if the window was closed
     */
    boolean put(BufferedImage frame);

    /**
     * Ends the video after its last frame: a file replaces its target only now.
     *
     * @throws io.nightshift.store.StorageException if it could not be written
     */
    default void finish() {}

    @Override
    void close();

    /**
     * Opens a local video file, in the format of its name: {@code .mp4} and {@code .mkv} (H.264), {@code .avi}
     * (MPEG-4). A file of that name stays until {@link #finish()}.
     *
     * @throws ConfigurationException if it cannot be written there
     */
    static VideoSink file(String path, int width, int height, double frameRate) {
        return new VideoFile(path, width, height, frameRate);
    }

    /**
     * Opens a window.
     *
     * @throws ConfigurationException if there is no screen
     */
    static VideoSink window(String title) {
        if (GraphicsEnvironment.isHeadless()) {
            throw new ConfigurationException(
                    "there is no screen for a window; name a video file with --output, such as "
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

    /** Drops all frames, for callers that want the predictions alone. */
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
