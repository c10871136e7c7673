package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nightshift.vision.detect.DrawnPortrait;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** {@code score} as its users meet it. */
class ScoreIT extends FaceCommandCase {
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
}
