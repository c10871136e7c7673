package io.nightshift.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.SparkFixture;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.RejectedLine;
import io.nightshift.dataset.csv.Rows;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path folder;

    @Test
    void foldersOfSplitsGiveTheRowsOfACsvInTheOrderOfTheirPaths() throws IOException {
        List<String> csv = new ArrayList<>(List.of("emotion,pixels,Usage"));
        for (String split : List.of("test", "train", "validation")) {
            for (String emotion : List.of("angry", "happy", "sad")) {
                for (int i = 0; i < 2; i++) {
                    byte[] pixels = image(split + "/" + emotion + "/face " + i + ".png", 48, 48);
                    csv.add(Emotion.labels().indexOf(emotion) + "," + text(pixels) + ","
                            + Split.ofWord(split).orElseThrow().usage());
                }
            }
        }
        Path file = Files.write(folder.resolve("faces.csv"), csv);
        List<String> expected;
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(file.toString())) {
            expected = examples(rows);
        }
        Files.delete(file);

        try (Rows rows = read()) {
            assertThat(rows.rejected()).isZero();
            assertThat(examples(rows)).isEqualTo(expected).hasSize(18);
        }
    }

    @Test
    void foldersOfClassesAreDividedByHashAndStayWhereTheyAreWhenImagesAreAdded() throws IOException {
        for (int i = 0; i < 30; i++) {
            image("cat/" + i + ".png", 48, 48);
            image("dog/" + i + ".bmp", 48, 48);
        }
        List<String> before;
        try (Rows rows = read("data.classes=cat,dog,ape", "data.validation-share=0.3", "data.test-share=0.2")) {
            assertThat(rows.used(Split.TRAINING)).isBetween(15L, 45L);
            assertThat(rows.used(Split.PUBLIC_TEST)).isBetween(6L, 30L);
            before = examples(rows);
        }
        for (int i = 0; i < 5; i++) {
            image("ape/" + i + ".png", 48, 48);
        }
        assertThat(source().classes(List.of())).containsExactly("ape", "cat", "dog");
        try (Rows rows = read("data.classes=cat,dog,ape", "data.validation-share=0.3", "data.test-share=0.2")) {
            assertThat(examples(rows)).containsAll(before).hasSize(65);
        }
    }

    @Test
    void anImageThatCannotBeUsedIsRejectedWithPathAndReason() throws IOException {
        image("cat/1.png", 48, 48);
        image("cat/2.png", 40, 48);
        image("dog/1.png", 48, 48);
        Files.write(folder.resolve("dog/2.jpg"), new byte[] {1, 2, 3});
        Files.writeString(folder.resolve("dog/notes.txt"), "no image");

        assertThat(source().passedOver())
                .contains(
                        "1 file passed over, such as notes.txt: images are files that end in .png, .jpg, .jpeg, .webp or "
                                + ".bmp");
        try (Rows rows = read()) {
            assertThat(rows.used()).isEqualTo(2);
            List<String> rejected = new ArrayList<>();
            rows.rejectedLines().forEachRemaining(row -> rejected.add(row.text()));
            assertThat(rejected)
                    .containsExactly(
                            "cat/2.png: 40 x 48 pixels, the first image has 48 x 48",
                            "dog/2.jpg is no image; give PNG, JPEG, WebP or BMP");
            assertThat(rows.rejectedLines())
                    .toIterable()
                    .extracting(RejectedLine::line)
                    .containsExactly(2L, 4L);
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> rows.requireUsable(0.01))
                    .withMessageStartingWith(
                            folder + ": 2 of 4 rows (50.0 %) cannot be used (wrong number of pixels: 1, "
                                    + "image that cannot be read: 1), the first in image 2, \"cat/2.png: 40 x 48 pixels, the "
                                    + "first image has 48 x 48\"; expected files that end in .png, .jpg, .jpeg, .webp or .bmp "
                                    + "in folders <class> or <split>/<class>;");
        }
        try (Rows rows = read("data.image-side-pixels=24")) {
            assertThat(rows.used()).isEqualTo(3);
        }
    }

    @Test
    void foldersThatAreNoClassesAreRefused() throws IOException {
        assertRefused(" is a directory that holds no image; name a CSV, or a folder with files that end in .png, .jpg, "
                + ".jpeg, .webp or .bmp in folders <class> or <split>/<class>");
        image("cat/1.png", 40, 48);
        assertRefused(" has one class, cat; training needs at least two");
        image("Cat/1.png", 48, 48);
        assertRefused(
                " has the classes Cat and cat, which differ only in case: give both the same name, or another one");
        image("alone.png", 48, 48);
        assertRefused(" holds images that lie in no folder, such as alone.png; expected folders <class> or "
                + "<split>/<class>: the folder's name is the label");
    }

    @Test
    void aFirstImageThatIsNoSquareAsksForASize() throws IOException {
        image("cat/1.png", 40, 48);
        image("dog/1.png", 48, 48);

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> source().side())
                .withMessage(folder + ": cat/1.png has 40 x 48 pixels and is no square: set data.image-side-pixels, to "
                        + "which all images are then scaled");
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> source().classes(List.of()))
                .withMessage(folder + message);
    }

    private ExampleSource source(String... assignments) {
        return ExampleSource.of(settings(assignments), HADOOP);
    }

    private Rows read(String... assignments) {
        Settings settings = settings(assignments);
        ExampleSource source = ExampleSource.of(settings, HADOOP);
        return source.read(
                SparkFixture.spark(), Schema.of(settings.data(), () -> source.classes(List.of()), source::side));
    }

    private Settings settings(String... assignments) {
        List<String> all = new ArrayList<>(List.of(assignments));
        all.add("data.uri=" + folder);
        return TestSettings.of(all.toArray(String[]::new));
    }

    /** Writes an image of noise, which its path decides. */
    private byte[] image(String path, int width, int height) throws IOException {
        byte[] pixels = new byte[width * height];
        new Random(path.replaceAll("\\.[a-z]+$", "").hashCode()).nextBytes(pixels);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, width, height, pixels);
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, path.substring(path.lastIndexOf('.') + 1), file.toFile());
        return pixels;
    }

    private static String text(byte[] pixels) {
        return String.join(
                " ",
                IntStream.range(0, pixels.length)
                        .mapToObj(i -> String.valueOf(pixels[i] & 0xff))
                        .toList());
    }

    /** Split, label and pixels of each example, in order. */
    private static List<String> examples(Rows rows) {
        List<String> examples = new ArrayList<>();
        for (Split split : Split.values()) {
            rows.examples(split, 8, 1).batches().collect().forEach(batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    examples.add(split + " " + batch.labels()[i] + " " + Arrays.hashCode(batch.image(i)));
                }
            });
        }
        return examples;
    }
}
