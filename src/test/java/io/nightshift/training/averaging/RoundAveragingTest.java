package io.nightshift.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundAveragingTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "4, 1", "5, 2", "16, 2", "17, 3", "64, 3", "100, 4", "10000, 7"})
    void theTreeGrowsALevelWhenWorkersGrowFourfold(int workers, int depth) {
        assertThat(RoundAveraging.aggregationDepth(0, workers)).isEqualTo(depth);
    }

    @ParameterizedTest
    @CsvSource({"2", "5", "16", "17", "64", "100", "1000", "10000"})
    void theDriverSumsAtMostSixHoweverManyWorkersThereAre(int workers) {
        int depth = RoundAveraging.aggregationDepth(0, workers);
        // What org.apache.spark.rdd.RDD.treeAggregate does with the depth.
        int scale = Math.max((int) Math.ceil(Math.pow(workers, 1.0 / depth)), 2);
        int left = workers;
        while (left > scale + Math.ceil((double) left / scale)) {
            left /= scale;
        }

        assertThat(left).isLessThanOrEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "3, 2"})
    void aDepthThatIsSetHolds(int set, int workers) {
        assertThat(RoundAveraging.aggregationDepth(set, workers)).isEqualTo(set);
    }
}
