package io.nightshift.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.SparkFixture;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSVs whose columns, labels, splits and sizes are not FER2013's. */
class CsvSourceTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path folder;

    @Test
    void aCsvOfAgesTrainsOnGenderWithoutASplitColumn() throws IOException {
        Path csv = ages();
        Settings settings = settings(csv, "data.label-column=gender", "data.classes=male,female", "data.split=hash");

        try (Rows rows = read(settings)) {
            assertThat(rows.used()).isEqualTo(60);
            assertThat(sum(rows)).containsExactly(30, 30);
            assertThat(rows.used(Split.TRAINING)).isBetween(35L, 58L);
        }
    }

    @Test
    void agesFallIntoBins() throws IOException {
        Settings settings = settings(ages(), "data.label-column=age", "data.label-bins=0,13,20,40", "data.split=hash");
        ExampleSource source = ExampleSource.of(settings, HADOOP);

        assertThat(Schema.of(settings.data(), () -> source.classes(List.of()), source::side))
                .isEqualTo(new Schema(List.of("0-12", "13-19", "20-39", "40+"), 8));
        try (Rows rows = read(settings)) {
            assertThat(sum(rows)).containsExactly(12, 7, 20, 21);
        }
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(settings(
                        ages(),
                        "data.label-column=age",
                        "data.label-bins=0,13",
                        "data.classes=a,b,c",
                        "data.split=hash")))
                .withMessage(
                        "data.classes has 3 names, and data.label-bins makes 2 classes (0-12, 13+): name as many, or none");
    }

    @Test
    void identicalImagesFallIntoOneSplit() throws IOException {
        List<String> lines = new ArrayList<>(List.of("label,pixels"));
        for (int i = 0; i < 40; i++) {
            lines.add(i % 2 + "," + pixels(1, 8));
        }
        try (Rows rows = read(settings(
                write(lines),
                "data.label-column=label",
                "data.classes=no,yes",
                "data.split=hash",
                "data.validation-share=0.5"))) {
            assertThat(Arrays.stream(Split.values()).map(rows::used)).containsOnly(0L, 40L);
        }
    }

    @Test
    void wordsAreClassesAndOtherWordsForSplitsAreUnderstood() throws IOException {
        Path csv = write(List.of(
                "set,feeling,image",
                "train,Happy," + pixels(1, 12),
                "val,sad," + pixels(2, 12),
                "test,happy," + pixels(3, 12),
                "train,SAD," + pixels(4, 12),
                "spare,sad," + pixels(5, 12),
                "train,grumpy," + pixels(6, 10)));
        String[] columns = {"data.split-column=set", "data.label-column=feeling", "data.pixels-column=image"};

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(settings(csv, columns)))
                .withMessage(csv
                        + " has the classes Happy and happy, which differ only in case: give both the same name, or "
                        + "another one");
        List<String> named = new ArrayList<>(List.of(columns));
        named.add("data.classes=sad,happy");
        try (Rows rows = read(settings(csv, named.toArray(String[]::new)))) {
            assertThat(rows.classCounts(Split.TRAINING)).containsExactly(1, 1);
            assertThat(rows.classCounts(Split.PUBLIC_TEST)).containsExactly(1, 0);
            assertThat(rows.classCounts(Split.PRIVATE_TEST)).containsExactly(0, 1);
            assertThat(rows.rejectedByReason())
                    .containsOnlyKeys("unknown usage", "label that names no class")
                    .containsValues(1L);
        }
    }

    @Test
    void namesOfEmotionsHaveTheNumbersOfFer2013() throws IOException {
        Path csv = write(List.of(
                "emotion,pixels,Usage", "sad," + pixels(1, 48) + ",Training", "happy," + pixels(2, 48) + ",Training"));
        ExampleSource source = ExampleSource.of(settings(csv), HADOOP);

        assertThat(source.classes(List.of())).isEqualTo(Emotion.labels());
        try (Rows rows = read(settings(csv))) {
            assertThat(rows.classCounts(Split.TRAINING)).containsExactly(0, 0, 0, 1, 1, 0, 0);
        }
    }

    @Test
    void theFirstRowTellsTheSizeAndAllOthersMustHaveIt() throws IOException {
        Path csv = write(List.of(
                "emotion,pixels,Usage",
                "0," + pixels(1, 20) + ",Training",
                "1," + pixels(2, 20) + ",Training",
                "1," + pixels(3, 21) + ",Training"));

        assertThat(ExampleSource.of(settings(csv), HADOOP).side()).isEqualTo(20);
        try (Rows rows = read(settings(csv))) {
            assertThat(rows.used()).isEqualTo(2);
            assertThat(rows.rejectedByReason()).containsOnlyKeys("wrong number of pixels");
        }
    }

    @Test
    void aMissingColumnIsNamedWithTheKeyThatHelps() throws IOException {
        Path csv = ages();
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> ExampleSource.of(settings(csv, "data.label-column=gender"), HADOOP))
                .withMessage(csv
                        + ", line 1: the header has no column 'usage' (it has: age,ethnicity,gender,img_name,pixels); "
                        + "expected rows of gender,pixels,Usage; name such a file with --data, or set data.split-column, or "
                        + "data.split = hash where there is no such column");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> ExampleSource.of(settings(csv, "data.split=hash"), HADOOP))
                .withMessageContaining("no column 'emotion'")
                .withMessageEndingWith("or set data.label-column");
    }

    /** Rows in the form of the public CSV of ages, with the ages from 1 to 60. */
    private Path ages() throws IOException {
        List<String> lines = new ArrayList<>(List.of("age,ethnicity,gender,img_name,pixels"));
        for (int age = 1; age <= 60; age++) {
            lines.add(age + "," + age % 5 + "," + age % 2 + ",face" + age + ".jpg," + pixels(age, 8));
        }
        return write(lines);
    }

    private Path write(List<String> lines) throws IOException {
        return Files.write(folder.resolve("rows.csv"), lines);
    }

    private static String pixels(int seed, int side) {
        Random random = new Random(seed);
        return String.join(
                " ",
                IntStream.range(0, side * side)
                        .mapToObj(i -> String.valueOf(random.nextInt(256)))
                        .toList());
    }

    private static Settings settings(Path csv, String... assignments) {
        List<String> all = new ArrayList<>(List.of(assignments));
        all.add("data.uri=" + csv);
        return TestSettings.of(all.toArray(String[]::new));
    }

    private static Rows read(Settings settings) {
        ExampleSource source = ExampleSource.of(settings, HADOOP);
        Schema schema = Schema.of(settings.data(), () -> source.classes(Emotion.labels()), source::side);
        return source.read(SparkFixture.spark(), schema);
    }

    private static int[] sum(Rows rows) {
        int[] sum = new int[rows.classCounts(Split.TRAINING).length];
        for (Split split : Split.values()) {
            long[] counts = rows.classCounts(split);
            Arrays.setAll(sum, label -> sum[label] + (int) counts[label]);
        }
        return sum;
    }
}
