package io.nightshift.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PermutationTest {

    private static long[] order(int size, long seed) {
        Permutation permutation = new Permutation(size, seed);
        return LongStream.range(0, size).map(permutation::of).toArray();
    }

    private static boolean givesEachPlaceOnce(int size, long seed) {
        boolean[] taken = new boolean[size];
        for (long place : order(size, seed)) {
            if (place < 0 || place >= size || taken[(int) place]) {
                return false;
            }
            taken[(int) place] = true;
        }
        return true;
    }

    @Test
    void givesEachPositionOnceForEverySmallSize() {
        for (int size = 1; size <= 3_000; size++) {
            assertThat(givesEachPlaceOnce(size, size * 31L)).as("size %d", size).isTrue();
        }
    }

    @Test
    void givesEachPositionOnceForSizesAroundPowersOfTwoAndForTheWholeDataSet() {
        for (int size : new int[] {28_709, 35_887, 65_535, 65_536, 65_537, 1_000_000}) {
            for (long seed : new long[] {0, -1, Long.MIN_VALUE}) {
                assertThat(givesEachPlaceOnce(size, seed))
                        .as("size %d, seed %d", size, seed)
                        .isTrue();
            }
        }
    }

    @Test
    void staysInRangeForMoreRowsThanAnIntegerCounts() {
        Permutation permutation = new Permutation(5_000_000_000L, 1);
        assertThat(LongStream.range(4_999_990_000L, 5_000_000_000L)
                        .map(permutation::of)
                        .distinct())
                .hasSize(10_000)
                .allMatch(place -> place >= 0 && place < 5_000_000_000L);
    }

    @Test
    void sameSeedGivesTheSameOrderAndNeighbouringSeedsOthers() {
        long[] order = order(10_000, 7);
        long[] other = order(10_000, 8);
        assertThat(order).isEqualTo(order(10_000, 7));
        // Two unrelated orders agree in one place on average.
        assertThat(IntStream.range(0, 10_000).filter(i -> order[i] == other[i]).count())
                .isLessThan(10);
    }

    @Test
    void leavesNoPatternOfTheOldOrder() {
        int size = 28_709;
        for (long seed = 0; seed < 5; seed++) {
            long[] order = order(size, seed);
            double displacement = 0;
            double index = 0;
            int neighbours = 0;
            for (int i = 0; i < size; i++) {
                displacement += Math.abs(order[i] - i);
                index += (double) order[i] * i;
                neighbours += i > 0 && Math.abs(order[i] - order[i - 1]) == 1 ? 1 : 0;
            }
            double mean = (size - 1) / 2.0;
            double correlation = (index / size - mean * mean) / ((size * (double) size - 1) / 12);
            assertThat(displacement / size).isCloseTo(size / 3.0, within(size * 0.02));
            assertThat(correlation).isCloseTo(0, within(0.03));
            // In a random order two neighbours stay neighbours twice on average.
            assertThat(neighbours).isLessThan(12);
        }
    }

    @Test
    void aSmallOrderReachesAllArrangementsAboutEquallyOften() {
        int[] counts = new int[27];
        for (long seed = 0; seed < 6_000; seed++) {
            long[] order = order(3, seed);
            counts[(int) (order[0] * 9 + order[1] * 3 + order[2])]++;
        }
        assertThat(LongStream.of(5, 7, 11, 15, 19, 21)
                        .mapToInt(code -> counts[(int) code])
                        .toArray())
                .satisfies(all -> {
                    for (int count : all) {
                        assertThat(count).isBetween(700, 1_300);
                    }
                });
    }
}
