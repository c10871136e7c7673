package io.nightshift.dataset.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.dataset.Row;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.Test;

class CsvExamplesTest extends CsvTestCase {
    @Test
    void examplesStandInFileOrderInFullBatchesAndTheLastMayBeShort() {
        splitSize(20_000);
        try (Rows rows = read(faces(75))) {
            Examples examples = rows.examples(Split.TRAINING, 8, 3);
            assertThat(examples.count()).isEqualTo(50);
            assertThat(examples.classCounts()).containsExactly(8, 7, 7, 7, 7, 7, 7);
            assertThat(batches(examples.batches())).extracting(MiniBatch::size).containsExactly(8, 8, 8, 8, 8, 8, 2);
            assertBatchesStandInTurn(examples.batches(), 3);
            assertThat(images(batches(examples.batches()))).containsExactlyElementsOf(images(0, 50));
        }
    }

    @Test
    void severalSplitsAreOneAsIfTheFileHadThemInOne() {
        try (Rows rows = read(faces(75))) {
            Examples both = rows.examples(Split.REFIT, Split.TRAINING, 8, 3);
            assertThat(both.split()).isEqualTo(Split.TRAINING);
            assertThat(both.count()).isEqualTo(rows.used(Split.TRAINING) + rows.used(Split.PUBLIC_TEST));
            assertThat(images(batches(both.batches())))
                    .startsWith(images(0, 50).toArray(Face[]::new))
                    .hasSize((int) both.count());
        }
    }

    @Test
    void shuffledGivesEachExampleOnceInFullBatches() {
        try (Rows rows = read(faces(75))) {
            Examples examples = rows.examples(Split.TRAINING, 8, 2);
            JavaRDD<MiniBatch> shuffled = examples.shuffled(5, 7, 3);
            List<MiniBatch> batches = batches(shuffled);
            assertThat(batches).extracting(MiniBatch::size).containsExactly(7, 7, 7, 7, 7, 7, 7, 1);
            assertBatchesStandInTurn(shuffled, 3);
            assertThat(images(batches))
                    .containsExactlyInAnyOrderElementsOf(images(0, 50))
                    .isNotEqualTo(images(0, 50));
        }
    }

    @Test
    void theOrderFollowsFromTheSeedAndNotFromHowTheDataIsSpread() {
        try (Rows rows = read(faces(75))) {
            Examples examples = rows.examples(Split.TRAINING, 8, 2);
            List<Face> order = images(batches(examples.shuffled(5, 7, 3)));
            assertThat(images(batches(examples.shuffled(5, 7, 3)))).isEqualTo(order);
            assertThat(images(batches(examples.shuffled(5, 7, 1)))).isEqualTo(order);
            assertThat(images(batches(rows.examples(Split.TRAINING, 11, 4).shuffled(5, 7, 2))))
                    .isEqualTo(order);
            assertThat(images(batches(examples.shuffled(6, 7, 3)))).isNotEqualTo(order);
        }
    }

    @Test
    void aSampleHasSomeOfEachClassAndFollowsFromTheSeed() {
        try (Rows rows = read(faces(75))) {
            Examples examples = rows.examples(Split.TRAINING, 8, 2);
            List<Row.Example> sample = examples.sample(3, 5);
            assertThat(sample).extracting(Row.Example::label).isSorted().hasSize(21);
            assertThat(pixels(sample)).doesNotHaveDuplicates();
            assertThat(pixels(rows.examples(Split.TRAINING, 11, 4).sample(3, 5)))
                    .isEqualTo(pixels(sample));
            assertThat(pixels(examples.sample(3, 6))).isNotEqualTo(pixels(sample));
            assertThat(examples.sample(8, 5)).hasSize(50);
        }
    }

    private static List<String> pixels(List<Row.Example> sample) {
        return sample.stream().map(example -> Arrays.toString(example.pixels())).toList();
    }

    @Test
    void aSplitThatTheFileLacksIsEmpty() {
        try (Rows rows = read(faces(6))) {
            Examples none = rows.examples(Split.PRIVATE_TEST, 8, 2);
            assertThat(none.count()).isZero();
            assertThat(batches(none.batches())).isEmpty();
            assertThat(batches(none.shuffled(1, 8, 2))).isEmpty();
        }
    }

    private static void assertBatchesStandInTurn(JavaRDD<MiniBatch> batches, int partitions) {
        List<List<MiniBatch>> parts = batches.glom().collect();
        assertThat(parts).hasSize(partitions);
        for (int part = 0; part < partitions; part++) {
            for (int i = 0; i < parts.get(part).size(); i++) {
                assertThat(parts.get(part).get(i).number()).isEqualTo((long) i * partitions + part);
            }
        }
    }
}
