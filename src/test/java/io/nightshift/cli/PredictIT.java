package io.nightshift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.vision.detect.DrawnPortrait;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** {@code predict} as its users meet it. */
class PredictIT extends FaceCommandCase {
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
    void anImageOfTheSizeOfAFaceIsReadAsOneAndTheOutputSaysSo() throws IOException {
        BufferedImage flat = new BufferedImage(48, 48, BufferedImage.TYPE_3BYTE_BGR);
        Files.createDirectory(folder.resolve("small"));
        ImageIO.write(flat, "png", folder.resolve("small/flat.png").toFile());
        assertThat(predict(at("small/flat.png")).out())
                .startsWith(at("small/flat.png") + ", 48 x 48 pixels: 1 face\n"
                        + "face 1 at 0,0, 48 x 48 (none was found, the whole image is taken as one): ");
        JsonNode found = json(predict("--json", at("small/flat.png")).out()).at("/faces/0");
        assertThat(found.get("whole_image").asBoolean()).isTrue();
        assertThat(found.get("confidence").asDouble()).isZero();
        assertThat(json(predict("--json", at("face.png")).out()).at("/faces/0").has("whole_image"))
                .isFalse();
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
}
