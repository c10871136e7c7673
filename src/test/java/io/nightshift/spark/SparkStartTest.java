package io.nightshift.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** In a context of two cores. */
class SparkStartTest {
    private static String workersAndThreads(Map<String, String> more) {
        Map<String, String> keys = new TreeMap<>(Map.of("spark.master", "local[2]", "data.uri", "faces.csv"));
        keys.putAll(more);
        Settings settings = SettingsLoader.load(List.of(), keys, Map.of());
        JavaSparkContext spark = SparkFixture.spark();
        int workers = SparkStart.trainingWorkers(spark, settings);
        return workers + " x " + SparkStart.threads(spark, settings, workers);
    }

    @Test
    void thereAreFewerWorkersThanCoresForSmallMinibatches() {
        assertThat(workersAndThreads(Map.of())).isEqualTo("2 x 1");
        assertThat(workersAndThreads(Map.of("train.batch-size", "32"))).isEqualTo("2 x 1");
        assertThat(workersAndThreads(Map.of("train.batch-size", "31"))).isEqualTo("1 x 2");
        assertThat(workersAndThreads(Map.of("train.batch-size", "8"))).isEqualTo("1 x 2");
        assertThat(workersAndThreads(Map.of("train.batch-size-per-worker", "8")))
                .isEqualTo("2 x 1");
    }

    @Test
    void aSetNumberOfWorkersIsTaken() {
        assertThat(workersAndThreads(Map.of("train.batch-size", "8", "train.workers", "2")))
                .isEqualTo("2 x 1");
        assertThat(workersAndThreads(Map.of("train.batch-size", "8", "train.workers", "4")))
                .isEqualTo("4 x 1");
        assertThat(workersAndThreads(Map.of("train.batch-size", "8", "train.threads-per-worker", "1")))
                .isEqualTo("1 x 1");
    }
}
