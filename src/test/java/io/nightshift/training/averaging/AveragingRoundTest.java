package io.nightshift.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AveragingRoundTest {

    @Property
    void roundsOfAnEpochTakeEachMinibatchOfEachWorkerOnce(
            @ForAll @IntRange(min = 1, max = 2_000) int examples,
            @ForAll @IntRange(min = 1, max = 70) int batchSize,
            @ForAll @IntRange(min = 1, max = 9) int workers,
            @ForAll @IntRange(min = 1, max = 6) int frequency) {
        long rounds = AveragingRound.count(examples, batchSize, workers, frequency);
        int batches = (examples + batchSize - 1) / batchSize;
        int[] taken = new int[batches];
        for (long number = 0; number < rounds; number++) {
            AveragingRound round = AveragingRound.of(number, examples, batchSize, workers, frequency);
            long expected = 0;
            for (int worker = 0; worker < workers; worker++) {
                for (long own = round.firstBatch(); own < round.firstBatch() + round.batches(); own++) {
                    long batch = own * workers + worker;
                    if (batch < batches) {
                        taken[(int) batch]++;
                        expected += Math.min(batchSize, examples - batch * batchSize);
                    }
                }
            }
            assertThat(round.examples()).isEqualTo(expected).isPositive();
            assertThat(round.batches()).isBetween(1, frequency);
        }
        assertThat(taken).containsOnly(1);
    }
}
