package io.nightshift.vision.video;

import io.nightshift.dataset.DataException;
import io.nightshift.vision.image.Orientation;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.bytedeco.javacv.OpenCVFrameGrabber;

/** Reads the frames of a video file with FFmpeg, or of a camera with OpenCV. */
public final class VideoSource implements AutoCloseable {
    private static final double USUAL_FRAME_RATE = 25;
    private static final double MICROSECONDS = 1e6;
    /** Channels of a frame that FFmpeg has decoded. */
    private static final int BLUE_GREEN_RED = 3;

    private final String name;
    private final FrameGrabber grabber;
    private final Java2DFrameConverter converter = new Java2DFrameConverter();
    private Orientation orientation = Orientation.UPRIGHT;

    private VideoSource(String name, FrameGrabber grabber) {
        this.name = name;
        this.grabber = grabber;
    }

    /**
     * A frame.
     *
     * @param second when it is shown, from the beginning
     */
    public record VideoFrame(BufferedImage image, double second) {}

    /**
     * Opens a source.
     *
     * @param source a video file of this machine, or the number of a camera, from 0
     * @throws DataException if it is not there, or cannot be read
     */
    public static VideoSource open(String source) {
        // FFmpeg would print many lines about a damaged file.
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        boolean camera = isCamera(source);
        if (!camera && !Files.isRegularFile(Path.of(source))) {
            throw new DataException(
                    "--source " + source + (Files.exists(Path.of(source)) ? " is no file" : " does not exist")
                            + "; name a video file, or the number of a camera, such as 0");
        }
        if (camera && isLinux() && !Files.exists(Path.of("/dev/video" + source))) {
            // OpenCV would print lines of its own.
            throw noCamera(source, null);
        }
        VideoSource opened = new VideoSource(
                source, camera ? new OpenCVFrameGrabber(Integer.parseInt(source)) : new FFmpegFrameGrabber(source));
        try {
            opened.grabber.start();
            if (!camera && opened.grabber.getImageWidth() == 0) {
                throw new FrameGrabber.Exception("it has no pictures");
            }
            if (opened.grabber instanceof FFmpegFrameGrabber file) {
                // FFmpeg counts degrees against the clock, and leaves the turning to who shows the frames.
                opened.orientation = Orientation.comingUprightBy(-file.getDisplayRotation());
            }
        } catch (FrameGrabber.Exception e) {
            opened.close();
            throw camera
                    ? noCamera(source, e)
                    : new DataException(
                            "--source " + source + " is no video that FFmpeg can read; give another file", e);
        }
        return opened;
    }

    /** Tells whether a source is the number of a camera, and no file. */
    public static boolean isCamera(String source) {
        return source.matches("[0-9]{1,3}");
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    private static DataException noCamera(String number, Exception cause) {
        return new DataException(
                "--source " + number + ": there is no such camera, or another program has it; name another "
                        + "number, or a video file",
                cause);
    }

    /** Whether the source has no end, as a camera. */
    public boolean isEndless() {
        return grabber instanceof OpenCVFrameGrabber;
    }

    /** Returns how many frames the file says that it has, which may be wrong; empty if it says nothing. */
    public OptionalLong frames() {
        long frames = isEndless() ? 0 : grabber.getLengthInFrames();
        return frames > 0 ? OptionalLong.of(frames) : OptionalLong.empty();
    }

    /** Returns the columns of an upright frame. */
    public int width() {
        return orientation.swapsSides() ? grabber.getImageHeight() : grabber.getImageWidth();
    }

    /** Returns the rows of an upright frame. */
    public int height() {
        return orientation.swapsSides() ? grabber.getImageWidth() : grabber.getImageHeight();
    }

    /** Returns the frames per second; 25 where the video does not have it. */
    public double frameRate() {
        double rate = grabber.getFrameRate();
        return rate > 0 && rate <= 1_000 ? rate : USUAL_FRAME_RATE;
    }

    /**
     * Returns the next frame, or empty at the end. It is turned upright if the file has a rotation, as those of
     * telephones do; its image is not used again.
     *
     * @throws DataException if it cannot be read
     */
    public Optional<VideoFrame> next() {
        try {
            Frame frame = grabber instanceof FFmpegFrameGrabber file ? imageOf(file) : grabber.grab();
            return Optional.ofNullable(frame)
                    .map(grabbed -> new VideoFrame(
                            orientation.upright(Java2DFrameConverter.cloneBufferedImage(converter.convert(grabbed))),
                            grabber.getTimestamp() / MICROSECONDS));
        } catch (FrameGrabber.Exception e) {
            throw new DataException(
                    "--source " + name + " cannot be read on; the file is damaged, or the camera is gone", e);
        }
    }

    private static Frame imageOf(FFmpegFrameGrabber file) throws FrameGrabber.Exception {
        Frame frame = file.grabImage();
        if (frame != null) {
            // JavaCV divides a row's bytes by its pixels, and its rows are padded: of a narrow frame that gives 4 or
            // more.
            frame.imageChannels = BLUE_GREEN_RED;
        }
        return frame;
    }

    @Override
    public void close() {
        converter.close();
        try {
            grabber.close();
        } catch (FrameGrabber.Exception e) {
            throw new IllegalStateException("closing " + name + " failed", e);
        }
    }
}
