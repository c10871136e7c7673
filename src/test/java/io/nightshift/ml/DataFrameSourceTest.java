package io.nightshift.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.config.TestSettings;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.ml.source.DataFrameSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFrameSourceTest {
    @TempDir
    private static Path folder;

    private static PatternFrames faces;

    @BeforeAll
    static void draw() throws IOException {
        faces = PatternFrames.of(folder, 3, 1);
    }

    @Test
    void eachFormOfTheSameImagesGivesTheRowsOfTheCsv() throws IOException {
        List<String> expected;
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013)
                .read(faces.csv().toString())) {
            expected = examples(rows);
        }

        for (Dataset<Row> form : List.of(faces.pixelText(), faces.encoded(), faces.imageStructs(), faces.arrays())) {
            assertThat(examples(faces.classifier(), form.repartition(3)))
                    .as(form.schema().apply("face").dataType().simpleString())
                    .isEqualTo(expected);
        }
        assertThat(examples(faces.classifier().setWhiteValue(1), faces.vectors()))
                .isEqualTo(expected);
    }

    @Test
    void partitionsMakeNoDifferenceWithoutAnOrderColumn() throws IOException {
        ImageClassifier byContent = faces.classifier();
        byContent.clear(byContent.orderCol());

        assertThat(examples(byContent, faces.pixelText().repartition(5)))
                .isEqualTo(examples(byContent, faces.pixelText().coalesce(1)))
                .isNotEqualTo(examples(faces.classifier(), faces.pixelText()));
    }

    @Test
    void aShareOfTheRowsValidates() throws IOException {
        ImageClassifier classifier = faces.classifier().setValidationShare(0.5);
        classifier.clear(classifier.splitCol());

        try (Rows rows = source(classifier, faces.pixelText()).read(SparkFixture.spark(), Schema.FER2013)) {
            assertThat(rows.used(Split.PUBLIC_TEST)).isBetween(8L, 27L);
            assertThat(rows.used(Split.PUBLIC_TEST) + rows.used(Split.TRAINING)).isEqualTo(35);
        }
    }

    @Test
    void theOrderOfTheRowsDoesNotChangeTheFingerprint() throws IOException {
        DataFrameSource one = source(faces.classifier(), faces.pixelText());
        DataFrameSource other = source(faces.classifier(), faces.encoded().repartition(4));
        one.read(SparkFixture.spark(), Schema.FER2013).close();
        other.read(SparkFixture.spark(), Schema.FER2013).close();

        assertThat(one.fingerprint()).isEqualTo(other.fingerprint());
        assertThat(one.fingerprint().bytes()).isEqualTo(35 * 48 * 48);
    }

    private static DataFrameSource source(ImageClassifier classifier, Dataset<Row> frame) {
        return classifier.source(frame, TestSettings.of());
    }

    private static List<String> examples(ImageClassifier classifier, Dataset<Row> frame) {
        try (Rows rows = source(classifier, frame).read(SparkFixture.spark(), Schema.FER2013)) {
            return examples(rows);
        }
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
