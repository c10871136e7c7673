package io.nightshift.dataset.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.dataset.Row;
import io.nightshift.dataset.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class ExampleBlockTest {
    private static final int BATCH = 4;

    private static Row.Example example(int position) {
        byte[] pixels = {(byte) position, (byte) (position + 1)};
        return new Row.Example(Split.TRAINING, position % 7, pixels, new byte[] {(byte) (position % 5), 1});
    }

    private static Iterator<Tuple2<Long, Row.Example>> examples(List<Integer> positions) {
        return positions.stream()
                .map(position -> new Tuple2<>((long) position, example(position)))
                .iterator();
    }

    /** Two partitions of examples in any order become the minibatches of their positions, group by group. */
    @Test
    void examplesOfSeveralPartitionsBecomeMinibatchesInOrder() {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < 22; i++) {
            positions.add(i);
        }
        Collections.shuffle(positions, new Random(5));
        ExampleBlock.Sorter sorter = new ExampleBlock.Sorter();
        int later = 0;
        for (List<Integer> partition : List.of(positions.subList(0, 9), positions.subList(9, 22))) {
            var packer = new ExampleBlock.Packer(examples(partition), position -> position < 16 ? 0 : 1);
            while (packer.hasNext()) {
                Tuple2<Long, ExampleBlock> block = packer.next();
                if (block._1() == 0) {
                    sorter.add(block._2());
                } else {
                    later += block._2().labels().length;
                }
            }
        }
        assertThat(later).as("examples of the second group").isEqualTo(6);
        Iterator<MiniBatch> batches = sorter.miniBatches(BATCH);
        for (int number = 0; number < 4; number++) {
            MiniBatch batch = batches.next();
            assertThat(batch.number()).isEqualTo(number);
            assertThat(batch.size()).isEqualTo(BATCH);
            for (int i = 0; i < BATCH; i++) {
                Row.Example expected = example(number * BATCH + i);
                assertThat(batch.labels()[i]).isEqualTo((byte) expected.label());
                assertThat(batch.image(i)).isEqualTo(expected.pixels());
                assertThat(batch.votes(i)).isEqualTo(expected.votes());
            }
        }
        assertThat(batches.hasNext()).isFalse();
    }

    @Test
    void theLastMinibatchMayBeShort() {
        ExampleBlock.Sorter sorter = new ExampleBlock.Sorter();
        new ExampleBlock.Packer(examples(List.of(5, 4, 0, 3, 2, 1)), position -> 0)
                .forEachRemaining(block -> sorter.add(block._2()));
        Iterator<MiniBatch> batches = sorter.miniBatches(BATCH);
        assertThat(batches.next().size()).isEqualTo(4);
        assertThat(batches.next().size()).isEqualTo(2);
        assertThat(batches.hasNext()).isFalse();
    }

    @Test
    void noExamplesAreNoBlocks() {
        assertThat(new ExampleBlock.Packer(examples(List.of()), position -> 0).hasNext())
                .isFalse();
    }
}
