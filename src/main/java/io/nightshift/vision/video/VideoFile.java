package io.nightshift.vision.video;

import io.nightshift.config.ConfigurationException;
import io.nightshift.store.PendingFile;
import io.nightshift.store.StorageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.FrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Writes a video file with FFmpeg; a file of that name is replaced only by a whole video that can be played. */
final class VideoFile implements VideoSink {
    private final PendingFile file;
    private final FFmpegFrameRecorder recorder;
    private final Java2DFrameConverter converter = new Java2DFrameConverter();
    private boolean recording;

    VideoFile(String name, int width, int height, double frameRate) {
        // FFmpeg would print many lines.
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        try {
            file = PendingFile.of(Path.of(name));
        } catch (IOException e) {
            throw new ConfigurationException("--output " + name + " cannot be written: "
                    + (e instanceof FileSystemException known ? known.getReason() : e.getMessage())
                    + "; name a video file, such as watched.mp4");
        }
        // H.264 halves the colours' resolution, and wants even numbers.
        recorder = new FFmpegFrameRecorder(file.path().toString(), width + width % 2, height + height % 2);
        if (!name.endsWith(".avi")) {
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
        }
        recorder.setFrameRate(frameRate);
        recorder.setVideoBitrate(
                (int) Math.min(Integer.MAX_VALUE, Math.max(1_000_000, 0.2 * width * height * frameRate)));
        try {
            // Where it fails it frees what it holds; to be closed then as well crashes the JVM.
            recorder.start();
            recording = true;
        } catch (FrameRecorder.Exception e) {
            close();
            throw new ConfigurationException("--output " + name
                    + " cannot be written; check the folder, and let the name end in .mp4, .avi or .mkv");
        }
    }

    @Override
    public boolean put(BufferedImage frame) {
        try {
            recorder.record(converter.convert(frame));
        } catch (FrameRecorder.Exception e) {
            throw unwritten(e);
        }
        return true;
    }

    @Override
    public void finish() {
        try {
            recording = false;
            recorder.close();
            requirePlayable();
            file.publish();
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    /**
     * Checks the file: the recorder reports no full disk while it writes the index, without which no player opens the
     * file.
     */
    private void requirePlayable() throws FrameGrabber.Exception {
        try (FFmpegFrameGrabber written = new FFmpegFrameGrabber(file.path().toString())) {
            written.start();
            if (written.grabImage() == null) {
                throw new FrameGrabber.Exception("it has no frame");
            }
        }
    }

    private StorageException unwritten(IOException e) {
        return StorageException.of(
                "cannot write " + file.target()
                        + "; check the space on its disk, or choose another folder with --output",
                e);
    }

    @Override
    public void close() {
        converter.close();
        try {
            if (recording) {
                recorder.close();
            }
            file.close();
        } catch (IOException e) {
            // The video is in its place, or an exception says why not.
        }
    }
}
