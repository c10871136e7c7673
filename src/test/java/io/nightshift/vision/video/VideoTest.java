package io.nightshift.vision.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.DataException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"video.mp4", "video.avi"})
    void whatIsWrittenIsReadAgain(String name) {
        String file = folder.resolve(name).toString();
        try (VideoSink sink = VideoSink.file(file, 96, 64, 10)) {
            for (int i = 0; i < 12; i++) {
                BufferedImage frame = new BufferedImage(96, 64, BufferedImage.TYPE_3BYTE_BGR);
                Graphics2D pen = frame.createGraphics();
                pen.setColor(new Color(20 * i, 20 * i, 20 * i));
                pen.fillRect(0, 0, 96, 64);
                pen.dispose();
                assertThat(sink.put(frame)).isTrue();
            }
            assertThat(Path.of(file)).doesNotExist();
            sink.finish();
        }
        List<VideoSource.VideoFrame> frames = new ArrayList<>();
        try (VideoSource video = VideoSource.open(file)) {
            assertThat(video.width()).isEqualTo(96);
            assertThat(video.height()).isEqualTo(64);
            assertThat(video.frameRate()).isEqualTo(10, within(0.01));
            assertThat(video.frames()).hasValue(12);
            for (Optional<VideoSource.VideoFrame> next = video.next(); next.isPresent(); next = video.next()) {
                frames.add(next.get());
            }
        }
        assertThat(frames).hasSize(12);
        for (int i = 0; i < 12; i++) {
            assertThat(frames.get(i).second()).isEqualTo(i / 10.0, within(0.001));
            assertThat(frames.get(i).image().getRGB(48, 32) & 0xff).isCloseTo(20 * i, within(12));
        }
    }

    /** A telephone writes pictures as its sensor has them, and beside them how to turn them, against the clock. */
    @ParameterizedTest
    @CsvSource({
        "0, 96, 64, 24, 32, 72, 32",
        "-90, 64, 96, 32, 24, 32, 72",
        "180, 96, 64, 72, 32, 24, 32",
        "90, 64, 96, 32, 72, 32, 24"
    })
    void framesComeUpright(double turn, int width, int height, int whiteX, int whiteY, int blackX, int blackY)
            throws Exception {
        Path file = folder.resolve("video.mp4");
        BufferedImage whiteAtLeft = new BufferedImage(96, 64, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = whiteAtLeft.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, 48, 64);
        pen.dispose();
        try (FFmpegFrameRecorder telephone = new FFmpegFrameRecorder(file.toString(), 96, 64);
                Java2DFrameConverter converter = new Java2DFrameConverter()) {
            telephone.setVideoCodec(avcodec.AV_CODEC_ID_H264);
            telephone.setDisplayRotation(turn);
            telephone.start();
            telephone.record(converter.convert(whiteAtLeft));
        }
        try (VideoSource video = VideoSource.open(file.toString())) {
            assertThat(video.width()).isEqualTo(width);
            assertThat(video.height()).isEqualTo(height);
            BufferedImage frame = video.next().orElseThrow().image();
            assertThat(frame.getWidth()).isEqualTo(width);
            assertThat(frame.getHeight()).isEqualTo(height);
            assertThat(frame.getRGB(whiteX, whiteY) & 0xff).isGreaterThan(200);
            assertThat(frame.getRGB(blackX, blackY) & 0xff).isLessThan(50);
        }
    }

    /** The decoder pads the rows of its frames, and a narrow frame's padding must not be taken for pixels. */
    @ParameterizedTest
    @ValueSource(ints = {16, 48, 96, 100, 190})
    void narrowFramesAreRead(int width) throws Exception {
        String file = folder.resolve("video.mp4").toString();
        BufferedImage orange = new BufferedImage(width, 48, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = orange.createGraphics();
        pen.setColor(Color.ORANGE);
        pen.fillRect(0, 0, width, 48);
        pen.dispose();
        try (VideoSink sink = VideoSink.file(file, width, 48, 10)) {
            sink.put(orange);
            sink.finish();
        }
        try (VideoSource video = VideoSource.open(file)) {
            BufferedImage frame = video.next().orElseThrow().image();
            for (int x = 0; x < width; x++) {
                Color read = new Color(frame.getRGB(x, 24), true);
                assertThat(read.getRed()).isCloseTo(255, within(12));
                assertThat(read.getGreen()).isCloseTo(200, within(12));
                assertThat(read.getBlue()).isCloseTo(0, within(12));
                assertThat(read.getAlpha()).isEqualTo(255);
            }
        }
    }

    @Test
    void whatStoodThereStaysUntilTheVideoIsWhole() throws Exception {
        Path file = Files.writeString(folder.resolve("video.mp4"), "an older one");
        try (VideoSink sink = VideoSink.file(file.toString(), 96, 64, 10)) {
            sink.put(new BufferedImage(96, 64, BufferedImage.TYPE_3BYTE_BGR));
        }
        assertThat(file).hasContent("an older one");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
        try (VideoSink sink = VideoSink.file(file.toString(), 96, 64, 10)) {
            sink.put(new BufferedImage(96, 64, BufferedImage.TYPE_3BYTE_BGR));
            sink.finish();
        }
        try (VideoSource video = VideoSource.open(file.toString())) {
            assertThat(video.next()).isPresent();
            assertThat(video.next()).isEmpty();
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsOneLineAndLeavesNothing() throws Exception {
        for (String wrong : List.of("nowhere/video.mp4", "video.xyz", "video")) {
            String file = folder.resolve(wrong).toString();
            assertThatThrownBy(() -> VideoSink.file(file, 96, 64, 10))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("--output " + file
                            + " cannot be written; check the folder, and let the name end in .mp4, .avi or .mkv");
        }
        assertThatThrownBy(() -> VideoSink.file(folder.toString(), 96, 64, 10))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--output " + folder
                        + " cannot be written: it is a folder, and only a regular file is ever replaced; name a video file, such "
                        + "as watched.mp4");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsNoVideoIsOneLine() throws Exception {
        Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
        assertThatThrownBy(() -> VideoSource.open(text.toString()))
                .isInstanceOf(DataException.class)
                .hasMessage("--source " + text + " is no video that FFmpeg can read; give another file");
        assertThatThrownBy(() -> VideoSource.open("nowhere.mp4"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "--source nowhere.mp4 does not exist; name a video file, or the number of a camera, such as 0");
    }
}
