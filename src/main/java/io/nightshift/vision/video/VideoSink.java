package io.nightshift.vision.video;

import io.nightshift.config.ConfigurationException;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import javax.swing.WindowConstants;
import org.bytedeco.javacv.CanvasFrame;

/** Where watched frames go. */
public interface VideoSink extends AutoCloseable {

    /**
     * Shows or writes a frame.
     *
     * @return false if nobody is looking any more
     */
    boolean put(BufferedImage frame);

    /**
     * All frames were put: only now a file comes to its place.
     *
     * @throws io.nightshift.store.StorageException if it could not be written
     */
    default void finish() {}

    @Override
    void close();

    /**
     * A video file of this machine, in the format that its name says: {@code .mp4} and {@code .mkv} (H.264), {@code .avi}
     * (MPEG-4). What stands there stays until {@link #finish()}.
     *
     * @throws ConfigurationException if it cannot be written there
     */
    static VideoSink file(String path, int width, int height, double frameRate) {
        return new VideoFile(path, width, height, frameRate);
    }

    /**
     * A window, until it is closed.
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
