package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightshift.vision.detect.DrawnPortrait;
import io.nightshift.vision.video.VideoSink;
import io.nightshift.vision.video.VideoSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** {@code watch} as its users meet it. */
class WatchIT extends FaceCommandCase {
    @Test
    void watchWritesAVideoOrKeepsWhatWasThere() throws IOException {
        String video = at("faces.mp4");
        try (VideoSink sink = VideoSink.file(video, 320, 240, 10)) {
            for (int i = 0; i < 4; i++) {
                sink.put(DrawnPortrait.image());
            }
            sink.finish();
        }
        Files.writeString(folder.resolve("watched.mp4"), "an older one");
        Files.writeString(folder.resolve("text.mp4"), "no video");
        Files.write(folder.resolve("empty.mp4"), new byte[0]);
        for (String name : List.of("text.mp4", "empty.mp4")) {
            assertRefused(
                    watch(at(name), "--output", at("watched.mp4")),
                    3,
                    "--source " + at(name) + " is no video that FFmpeg can " + "read; give another file");
        }
        assertRefused(
                watch(at("nowhere.mp4")),
                3,
                "--source " + at("nowhere.mp4") + " does not exist; name a video file, or the "
                        + "number of a camera, such as 0");
        assertRefused(
                watch("99"),
                3,
                "--source 99: there is no such camera, or another program has it; name another number, or a "
                        + "video file");
        assertRefused(
                watch(video, "--output", at("watched.xyz")),
                2,
                "--output " + at("watched.xyz") + " cannot be written; check "
                        + "the folder, and let the name end in .mp4, .avi or .mkv");
        assertRefused(
                watch(video, "--output", video),
                2,
                "--output " + video + " is the file that --source names, and would replace it; name another file");
        assertThat(folder.resolve("watched.mp4")).hasContent("an older one");

        Program.Finished watched = watch(video, "--output", at("watched.mp4"), "--json");
        assertThat(watched.err()).matches("4 frames, [0-9.]+ frames/s\n");
        assertThat(watched.status()).isZero();
        List<String> lines = watched.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(json(lines.get(3)).get("frame").asInt()).isEqualTo(3);
        assertThat(json(lines.get(3)).get("second").asDouble()).isEqualTo(0.3, within(0.001));
        assertThat(json(lines.get(3)).get("faces")).hasSize(1);
        assertThat(watch(at("watched.mp4"), "--json").out().lines()).hasSize(4);
    }

    @Test
    void watchWritesATimelineAsAPictureAndACsv() throws IOException {
        String video = at("timeline.mp4");
        try (VideoSink sink = VideoSink.file(video, 320, 240, 10)) {
            for (int i = 0; i < 6; i++) {
                sink.put(i == 2 ? new BufferedImage(320, 240, BufferedImage.TYPE_3BYTE_BGR) : DrawnPortrait.image());
            }
            sink.finish();
        }
        assertRefused(
                watch(video, "--timeline", at("emotions.svg")),
                2,
                "--timeline " + at("emotions.svg") + " must end in .png; the table beside it gets the same name with "
                        + ".csv");
        Files.createDirectory(folder.resolve("taken.csv"));
        assertRefused(
                watch(video, "--timeline", at("taken.png")),
                2,
                "--timeline: cannot write " + at("taken.csv")
                        + ": it is a folder, and only a regular file is ever replaced; name another file");
        assertRefused(
                watch(video, "--timeline", at("nowhere/emotions.png")),
                2,
                "--timeline " + at("nowhere/emotions.png")
                        + " cannot be written: its folder does not exist, or may not "
                        + "be written to; name a picture in a folder of yours, such as emotions.png");

        Program.Finished watched = watch(video, "--timeline", at("emotions.png"));
        assertThat(watched.out()).isEqualTo("Wrote " + at("emotions.png") + ", " + at("emotions.csv") + "\n");
        List<String> lines = Files.readAllLines(folder.resolve("emotions.csv"));
        assertThat(lines).hasSize(1 + 5);
        assertThat(lines.get(0))
                .isEqualTo(
                        "time_seconds,frame,face,x,y,width,height,label,angry,disgust,fear,happy,sad,surprise,neutral");
        assertThat(lines.get(3)).startsWith("0.300,3,1,");
        JsonNode last =
                json(watch(video, "--json").out().lines().toList().get(5)).at("/faces/0");
        String[] fields = lines.get(5).split(",");
        assertThat(fields[2]).isEqualTo(last.get("face").asText());
        assertThat(fields[3]).isEqualTo(last.at("/box/x").asText());
        assertThat(fields[7]).isEqualTo(last.get("label").asText());
        assertThat(Double.parseDouble(fields[11]))
                .isEqualTo(last.at("/scores/happy").asDouble(), within(1e-4));
        assertThat(ImageIO.read(folder.resolve("emotions.png").toFile()).getWidth())
                .isGreaterThan(1_000);
    }

    @Test
    void controlCWhileWatchingKeepsTheVideoSoFar() throws Exception {
        try (VideoSink sink = VideoSink.file(at("long.mp4"), 320, 240, 25)) {
            for (int i = 0; i < 2000; i++) {
                sink.put(DrawnPortrait.image());
            }
            sink.finish();
        }
        Program program = Program.start(
                folder,
                Program.INTERRUPTIBLE,
                "watch",
                MODEL,
                "model.zip",
                "--source",
                "long.mp4",
                "--output",
                "unfinished.mp4",
                "--timeline",
                "unfinished.png",
                "--json");
        program.awaitOutput("\"frame\":1");
        program.interrupt();
        Program.Finished interrupted = program.await();

        assertThat(interrupted.err())
                .matches("interrupted: unfinished.mp4, unfinished.png, unfinished.csv hold the first [0-9]+ frames\n"
                        + "[0-9]+ frames, [0-9.]+ frames/s\n");
        assertThat(interrupted.status()).isEqualTo(130);
        assertThat(interrupted.out().lines())
                .hasSizeLessThan(2000)
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        try (VideoSource video = VideoSource.open(at("unfinished.mp4"))) {
            long frames = 0;
            while (video.next().isPresent()) {
                frames++;
            }
            assertThat(interrupted.err()).contains(" hold the first " + frames + " frames\n");
            assertThat(Files.readAllLines(folder.resolve("unfinished.csv"))).hasSize(1 + (int) frames);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.contains("unfinished"))
                    .containsExactlyInAnyOrder("unfinished.mp4", "unfinished.png", "unfinished.csv");
        }
    }

    private static Program.Finished watch(String source, String... more) throws IOException {
        return run(Stream.concat(Stream.of("watch", MODEL, at("model.zip"), "--source", source), Stream.of(more))
                .toArray(String[]::new));
    }
}
