package io.nightshift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.vision.detect.DrawnPortrait;
import io.nightshift.vision.video.VideoSink;
import io.nightshift.vision.video.VideoSource;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * predict, score and watch as their users meet them: arguments in; exit status, text and files out. In this process.
 */
class FacesIT {
    private static final String MODEL = "--model";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeModelAndPicture() throws IOException {
        Files.write(folder.resolve("model.zip"), model(NetworkInput.grey(48)));
        ImageIO.write(DrawnPortrait.image(), "png", folder.resolve("face.png").toFile());
    }

    private static byte[] model(NetworkInput input) {
        ModelCard card = ModelCard.ofFer2013("small");
        return TrainedModel.of(
                        Network.of(SmallNetwork.withSgd()),
                        new ModelCard(card.classes(), input, card.temperature(), card.origin()))
                .bytes();
    }

    private static String at(String name) {
        return folder.resolve(name).toString();
    }

    private static Program.Finished run(String... arguments) throws IOException {
        return InProcess.run(folder, arguments);
    }

    private static Program.Finished predict(String... arguments) throws IOException {
        return run(Stream.concat(Stream.of("predict", MODEL, at("model.zip")), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private static Program.Finished score(String input, String output, String... more) throws IOException {
        return run(Stream.concat(
                        Stream.of(
                                "score",
                                MODEL,
                                at("model.zip"),
                                "--input",
                                at(input),
                                "--output",
                                at(output),
                                "--master",
                                "local[2]",
                                "--set",
                                "score.images-per-part=2"),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private static void assertRefused(Program.Finished refused, int status, String line) {
        assertThat(refused.err()).isEqualTo("error: " + line + "\n");
        assertThat(refused.out()).isEmpty();
        assertThat(refused.status()).isEqualTo(status);
    }

    private static JsonNode json(String line) throws IOException {
        return new ObjectMapper().readTree(line);
    }

    /** A PNG's header and nothing more: it says its size, of which no pixel may be decoded. */
    private static byte[] header(int width, int height) {
        byte[] name = "IHDR".getBytes(UTF_8);
        byte[] fields = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(fields);
        return ByteBuffer.allocate(8 + 25)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
                .putInt(13)
                .put(name)
                .put(fields)
                .putInt((int) crc.getValue())
                .array();
    }

    @Test
    void predictReadsAFaceAsTableAsJsonAndAsChart() throws IOException {
        Program.Finished table = predict(at("face.png"), "--chart", at("chart.png"));
        assertThat(table.err()).isEmpty();
        assertThat(table.out())
                .startsWith(at("face.png") + ", 320 x 240 pixels: 1 face\nface 1 at ")
                .contains("\n neutral  ");
        assertThat(ImageIO.read(folder.resolve("chart.png").toFile()).getHeight())
                .isEqualTo(480);
        JsonNode face = json(predict("--json", at("face.png")).out()).at("/faces/0");
        assertThat(face.get("scores").fieldNames())
                .toIterable()
                .containsExactly("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral");
        assertThat(face.at("/box/width").asInt()).isGreaterThan(100);
    }

    @Test
    void predictDrawsWhatSpokeForTheLabel() throws IOException {
        Program.Finished explained = predict(at("face.png"), "--explain", at("explained.png"));
        assertThat(explained.err()).isEmpty();
        assertThat(ImageIO.read(folder.resolve("explained.png").toFile()).getWidth())
                .isEqualTo(480);

        assertRefused(
                predict(at("face.png"), at("face.png"), "--explain", at("x.png")),
                2,
                "--explain draws one image, and 2 are named; name one, and call again for each of the others");
        assertRefused(
                predict(at("face.png"), "--explain", at("x.png"), "--chart", at("x.png")),
                2,
                "--chart and --explain name the same file, " + at("x.png") + "; name two");
        assertThat(folder.resolve("x.png")).doesNotExist();
    }

    @Test
    void theMirrorImageCountsIfItIsAskedFor() throws IOException {
        // Of the network's size: what is scaled is rounded, its mirror image elsewhere.
        BufferedImage half = DrawnPortrait.image().getSubimage(110, 70, 48, 48);
        ImageIO.write(half, "png", folder.resolve("left.png").toFile());
        ImageIO.write(
                new AffineTransformOp(new AffineTransform(-1, 0, 0, 1, 48, 0), AffineTransformOp.TYPE_NEAREST_NEIGHBOR)
                        .filter(half, null),
                "png",
                folder.resolve("right.png").toFile());
        String[] flip = {"--whole-image", "--json", "--set", "evaluate.test-time-augmentation=flip"};
        double[] plain = happy(predict("--whole-image", "--json", at("left.png"), at("right.png")));
        double[] both = happy(predict(flip[0], flip[1], flip[2], flip[3], at("left.png"), at("right.png")));
        assertThat(Math.abs(plain[0] - plain[1])).isGreaterThan(1e-4);
        assertThat(both[0]).isEqualTo(both[1], within(1e-6)).isEqualTo((plain[0] + plain[1]) / 2, within(1e-6));

        Files.createDirectory(folder.resolve("half"));
        Files.copy(folder.resolve("left.png"), folder.resolve("half/left.png"));
        assertThat(score("half", "flipped", flip[0], flip[2], flip[3]).status()).isZero();
        assertThat(json(Files.readString(folder.resolve("flipped/part-000000.jsonl")))
                        .at("/scores/happy")
                        .asDouble())
                .isEqualTo(both[0], within(1e-6));
    }

    private static double[] happy(Program.Finished predicted) throws IOException {
        List<Double> scores = new ArrayList<>();
        for (String line : predicted.out().lines().toList()) {
            scores.add(json(line).at("/faces/0/scores/happy").asDouble());
        }
        assertThat(scores).hasSize(2);
        return new double[] {scores.get(0), scores.get(1)};
    }

    @Test
    void anImageThatCannotBeReadIsOneLineAndTheOthersGoOn() throws IOException {
        byte[] png = Files.readAllBytes(folder.resolve("face.png"));
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(png, png.length / 2));
        Files.write(folder.resolve("empty.png"), new byte[0]);
        Files.writeString(folder.resolve("text.png"), "hello");
        Files.write(folder.resolve("huge.png"), header(10_000, 10_000));
        Files.write(folder.resolve("dot.png"), header(1, 1));
        ImageIO.write(
                DrawnPortrait.image(), "jpeg", folder.resolve("misnamed.png").toFile());
        String[] bad = {
            at("cut.png"),
            at("empty.png"),
            at("text.png"),
            at("huge.png"),
            at("dot.png"),
            at("nowhere.png"),
            folder.toString()
        };

        Program.Finished some = predict(
                Stream.concat(Stream.of(bad), Stream.of(at("misnamed.png"))).toArray(String[]::new));
        List<String> lines = some.err().lines().toList();
        assertThat(lines.get(0))
                .startsWith("error: " + at("cut.png") + " is a damaged PNG image")
                .endsWith("; save it again from its source");
        assertThat(lines.subList(1, lines.size()))
                .containsExactly(
                        "error: " + at("empty.png") + " is empty; give a PNG, JPEG, WebP or BMP image",
                        "error: " + at("text.png") + " is no image; give PNG, JPEG, WebP or BMP",
                        "error: " + at("huge.png")
                                + " has 10000 x 10000 pixels, more than image.max-pixels = 50000000; make it "
                                + "smaller, or raise that",
                        "error: " + at("dot.png") + " has 1 x 1 pixels, too few for a face; give at least 8 x 8",
                        "error: " + at("nowhere.png") + " does not exist; name an image: PNG, JPEG, WebP or BMP",
                        "error: " + folder + " is a folder; name the images in it, or give it to score as --input");
        assertThat(some.out()).startsWith(at("misnamed.png") + ", 320 x 240 pixels: 1 face\n");
        assertThat(some.status()).isZero();

        Program.Finished none = predict(bad);
        assertThat(none.err()).endsWith("error: none of 7 images could be read\n");
        assertThat(none.status()).isEqualTo(3);
    }

    @Test
    void aModelThatCannotBeUsedIsOneLine() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("model.zip"));
        Files.writeString(folder.resolve("text.zip"), "no model");
        Files.write(folder.resolve("truncated.zip"), Arrays.copyOf(whole, whole.length / 2));
        Files.write(folder.resolve("other-size.zip"), model(NetworkInput.grey(64)));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("others.zip")))) {
            zip.putNextEntry(new ZipEntry("saved_model.pb"));
            zip.write(1);
        }
        String none = ": no model in DL4J's format, or a damaged one; name a model.zip or a checkpoint of a run";
        assertRefused(with("text.zip"), 2, MODEL + " " + at("text.zip") + none);
        assertRefused(
                with("others.zip"),
                2,
                MODEL + " " + at("others.zip") + ": a zip that holds no model of DL4J: it lacks "
                        + "configuration.json or coefficients.bin; name a model.zip or a checkpoint of a run");
        assertRefused(
                with("truncated.zip"),
                2,
                MODEL + " " + at("truncated.zip") + ": a zip that was cut off: its end is missing; "
                        + "name a model.zip or a checkpoint of a run");
        assertRefused(
                with("nowhere.zip"),
                2,
                MODEL + " " + at("nowhere.zip") + ": there is no such file; a run's best model is "
                        + "<output>/runs/<run-id>/model.zip");
        assertRefused(
                with("other-size.zip"),
                2,
                MODEL + " " + at("other-size.zip") + ": the network does not take images of "
                        + "[1, 64, 64], although nightshift.json says so (layer1 (DenseLayer) takes 144 numbers, and is "
                        + "given images of [4, 8, 8]); name a model.zip or a checkpoint of a run");
    }

    private static Program.Finished with(String model) throws IOException {
        return run("predict", MODEL, at(model), at("face.png"));
    }

    @Test
    void scoreScoresOnlyThePartsThatAreMissing() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < 4; i++) {
            Files.copy(folder.resolve("face.png"), images.resolve(i + ".png"));
        }
        Files.writeString(images.resolve("4.png"), "hello");
        Program.Finished first = score("images", "scores");
        assertThat(first.err()).startsWith("5 images in 3 parts\n").doesNotContain("Exception");
        assertThat(first.out())
                .isEqualTo("Scored 5 images: 4 faces, 0 images without a face, 1 that cannot be read; in "
                        + at("scores") + "/part-*.jsonl\n");
        assertThat(first.status()).isZero();
        assertThat(folder.resolve("scores/_SUCCESS")).exists();

        Path kept = folder.resolve("scores/part-000000.jsonl");
        Path lost = folder.resolve("scores/part-000001.jsonl");
        String before = Files.readString(lost);
        Files.writeString(kept, "kept as it is\n");
        Files.delete(lost);
        Program.Finished again = score("images", "scores");
        assertThat(again.err()).startsWith("5 images in 3 parts, of which 2 are scored already\n");
        assertThat(again.out()).startsWith("Scored 2 images: ");
        assertThat(lost).hasContent(before);
        assertThat(kept).hasContent("kept as it is\n");

        Program.Finished other = score("images", "scores", "--whole-image");
        assertThat(other.err())
                .isEqualTo("error: --output " + at("scores") + " holds scores of another input or model, or by other "
                        + "settings (its _plan.json says which); choose another directory, or delete it\n");
        assertThat(other.status()).isEqualTo(2);
    }

    @Test
    void whatCannotBeScoredIsOneLine() throws IOException {
        assertRefused(
                score("nowhere", "unscored"),
                3,
                "--input " + at("nowhere") + " does not exist; name a folder of images, or a "
                        + "CSV in the FER2013 format");
        Files.createDirectory(folder.resolve("bad"));
        Files.writeString(folder.resolve("bad/0.png"), "hello");
        Program.Finished bad = score("bad", "unscored");
        assertThat(bad.err()).endsWith("error: none of 1 images could be read; the lines of the output say why\n");
        assertThat(bad.status()).isEqualTo(3);
        assertThat(folder.resolve("unscored/_SUCCESS")).doesNotExist();
    }

    /** Not one of those under /dev, which a fault would destroy. */
    @Test
    void aDeviceIsNoFolderForScoresOrEvaluations() throws Exception {
        Path device = folder.resolve("device");
        assumeThat(new ProcessBuilder("mknod", device.toString(), "c", "1", "3")
                        .redirectErrorStream(true)
                        .start()
                        .waitFor())
                .as("only root makes devices")
                .isZero();
        for (String output : List.of("device", "device/scores")) {
            String line = "--output: cannot write " + at(output) + ": " + device
                    + " is no folder; name a folder, or a path at which there is nothing yet";
            assertRefused(score("face.png", output), 2, line);
            assertRefused(
                    run(
                            "evaluate",
                            MODEL,
                            at("model.zip"),
                            "--data",
                            at("faces.csv"),
                            "--split",
                            "public_test",
                            "--output",
                            at(output)),
                    2,
                    line);
        }
        assertThat(Files.readAttributes(device, BasicFileAttributes.class).isOther())
                .isTrue();
    }

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
                "--json");
        program.awaitOutput("\"frame\":1");
        program.interrupt();
        Program.Finished interrupted = program.await();

        assertThat(interrupted.err())
                .matches(
                        "interrupted: unfinished.mp4 holds the first [0-9]+ frames\n[0-9]+ frames, [0-9.]+ frames/s\n");
        assertThat(interrupted.status()).isEqualTo(130);
        assertThat(interrupted.out().lines())
                .hasSizeLessThan(2000)
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        try (VideoSource video = VideoSource.open(at("unfinished.mp4"))) {
            long frames = 0;
            while (video.next().isPresent()) {
                frames++;
            }
            assertThat(interrupted.err())
                    .startsWith("interrupted: unfinished.mp4 holds the first " + frames + " frames");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.contains("unfinished"))
                    .containsExactly("unfinished.mp4");
        }
    }

    @Test
    void onSigtermServeEndsInOrder() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Program program = Program.start(folder, "serve", MODEL, "model.zip", "--port", String.valueOf(port));
        program.awaitOutput("Serving on http://127.0.0.1:" + port + "/\n");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/predict"))
                                .POST(HttpRequest.BodyPublishers.ofFile(folder.resolve("face.png")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        program.terminate();
        Program.Finished ended = program.await();

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode predicted = json(predict("--json", "face.png").out());
        assertThat(json(answer.body()).at("/images/0/faces")).isEqualTo(predicted.get("faces"));
        assertThat(ended.err()).isEqualTo("ending: requests under way get their answers\n");
        assertThat(ended.status()).isEqualTo(143);
    }

    @Test
    void serveRefusesWhatCannotBeServed() throws IOException {
        Program.Finished open = run("serve", MODEL, at("model.zip"), "--host", "0.0.0.0", "--port", "0");
        assertThat(open.err())
                .isEqualTo("error: serve.host = 0.0.0.0 lets other machines in, and there is no token; set the "
                        + "environment variable NIGHTSHIFT_SERVE_TOKEN, or, if everybody may use it, --set "
                        + "serve.allow-anonymous=true\n");
        assertThat(open.status()).isEqualTo(2);
        Program.Finished missing = run("serve", MODEL, at("none.zip"), "--port", "0");
        assertThat(missing.err()).startsWith("error: --model " + at("none.zip") + ": there is no such file");
        assertThat(missing.status()).isEqualTo(2);
        Program.Finished both = run("serve", MODEL, at("model.zip"), "--output", "out");
        assertThat(both.err()).contains("--model=URI, --output=URI are mutually exclusive");
        assertThat(both.status()).isEqualTo(2);
        Program.Finished port = run("serve", MODEL, at("model.zip"), "--port", "70000");
        assertThat(port.err()).contains("serve.port = 70000 (command line) cannot be used");
        assertThat(port.status()).isEqualTo(2);
    }

    private static Program.Finished watch(String source, String... more) throws IOException {
        return run(Stream.concat(Stream.of("watch", MODEL, at("model.zip"), "--source", source), Stream.of(more))
                .toArray(String[]::new));
    }
}
