package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.FerLine;
import io.nightshift.dataset.csv.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuplicatesTest {
    private static final int BATCH = 4;

    @TempDir
    private Path folder;

    /**
     * Twenty rows to train on, images 0 to 19; of the test rows the first and third show images 13 and 2, the last one
     * 2 again.
     */
    private Rows rows() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int image = 0; image < 20; image++) {
            lines.add(FerLine.of(image % 7, image, Split.TRAINING));
        }
        for (int image : new int[] {13, 100, 2, 101, 102, 2}) {
            lines.add(FerLine.of(6, image, Split.PUBLIC_TEST));
        }
        Path csv = folder.resolve("faces.csv");
        Files.write(csv, lines);
        return new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString());
    }

    private static BitSet places(int... places) {
        BitSet set = new BitSet();
        IntStream.of(places).forEach(set::set);
        return set;
    }

    @Test
    void imagesThatStandInBothAreFoundWhateverTheirLabels() throws IOException {
        try (Rows rows = rows()) {
            Duplicates found = Duplicates.between(
                    rows.examples(Split.TRAINING, BATCH, 2), rows.examples(Split.PUBLIC_TEST, BATCH, 2), 0);
            assertThat(found.tested()).isEqualTo(places(0, 2, 5));
            assertThat(found.trained()).isEqualTo(places(2, 13));
        }
    }

    @Test
    void leftOutOfTrainingTheOthersCloseUpInTheirOrder() throws IOException {
        try (Rows rows = rows()) {
            Examples training = rows.examples(Split.TRAINING, BATCH, 2).without(places(2, 13, 19), 2);

            assertThat(training.count()).isEqualTo(17);
            assertThat(training.classCounts()).containsExactly(3, 3, 2, 3, 3, 2, 1);
            List<MiniBatch> batches = training.batches().collect().stream()
                    .sorted(Comparator.comparingLong(MiniBatch::number))
                    .toList();
            assertThat(batches).extracting(MiniBatch::number).containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThat(batches).extracting(MiniBatch::size).containsExactly(4, 4, 4, 4, 1);
            List<Integer> images = batches.stream()
                    .flatMap(batch -> IntStream.range(0, batch.size()).mapToObj(batch::image))
                    .map(pixels -> IntStream.range(0, 20)
                            .filter(image -> Arrays.equals(pixels, FerLine.bytes(FerLine.pixels(image))))
                            .findFirst()
                            .orElseThrow())
                    .toList();
            assertThat(images).containsExactly(0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18);
        }
    }
}
