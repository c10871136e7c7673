package io.nightshift.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.loading.SettingsLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterSettingsTest {
    private static ClusterSettings of(String... assignments) {
        Map<String, String> sets = new HashMap<>(Map.of("spark.master", "spark://host:7077"));
        for (String assignment : assignments) {
            String[] parts = assignment.split("=", 2);
            sets.put(parts[0], parts[1]);
        }
        return ClusterSettings.of(SettingsLoader.load(List.of(), sets, Map.of("data.uri", "faces.csv")));
    }

    private static void assertRefused(String message, String... assignments) {
        assertThatThrownBy(() -> of(assignments))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    @Test
    void anExecutorGetsOneWorkerAndMemoryForIt() {
        ClusterSettings cluster = of("train.workers=4");

        assertThat(cluster.workers()).isEqualTo(4);
        assertThat(cluster.spark())
                .containsEntry("spark.cores.max", "4")
                .containsEntry("spark.executor.cores", "1")
                .containsEntry("spark.executor.memory", "2g")
                .containsEntry("spark.executor.memoryOverhead", "2048m")
                .containsEntry("spark.executorEnv.OMP_NUM_THREADS", "1")
                .containsEntry(
                        "spark.executor.extraJavaOptions",
                        "-Dorg.bytedeco.javacpp.maxbytes=2048m "
                                + "-Dorg.bytedeco.javacpp.maxphysicalbytes=4096m "
                                + "-Dnightshift.backend=auto -XX:+UseParallelGC -XX:NewRatio=1 "
                                + "-Dorg.bytedeco.javacpp.cachedir=/tmp/nightshift-natives-"
                                + System.getProperty("user.name"));
    }

    @Test
    void thereAreAsManyWorkersAsCoresForThem() {
        assertThat(of("spark.cores.max=8", "spark.executor.cores=4").workers()).isEqualTo(8);
        assertThat(of("spark.cores.max=8", "spark.executor.cores=4", "spark.task.cpus=2")
                        .workers())
                .isEqualTo(4);
        assertThat(of("spark.master=yarn", "spark.executor.instances=3", "spark.executor.cores=4")
                        .workers())
                .isEqualTo(12);
    }

    @Test
    void yarnGetsExecutorsEnoughForTheWorkers() {
        assertThat(of("spark.master=yarn", "train.workers=5", "spark.executor.cores=2")
                        .spark())
                .containsEntry("spark.executor.instances", "3")
                .doesNotContainKey("spark.cores.max");
    }

    @Test
    void settingsOfTheUserStay() {
        ClusterSettings cluster = of(
                "train.workers=2",
                "spark.executor.memory=8g",
                "spark.executor.memoryOverhead=6g",
                "spark.executor.extraJavaOptions=-XX:+UseG1GC -Dorg.bytedeco.javacpp.maxbytes=5g");

        assertThat(cluster.spark()).containsEntry("spark.executor.memoryOverhead", "6g");
        assertThat(cluster.spark().get("spark.executor.extraJavaOptions"))
                .startsWith("-XX:+UseG1GC "
                        + "-Dorg.bytedeco.javacpp.maxbytes=5g -Dorg.bytedeco.javacpp.maxphysicalbytes=14336m")
                .doesNotContain("ParallelGC");
    }

    @Test
    void anUnknownNumberOfWorkersIsRefused() {
        assertRefused("train.workers = auto: spark://host:7077 does not say how many there can be; set spark.cores.max "
                + "(cores for the whole job), or train.workers itself");
        assertRefused(
                "train.workers = auto: yarn does not say how many there can be; set spark.executor.instances "
                        + "(executors for the whole job), or train.workers itself",
                "spark.master=yarn");
    }

    @Test
    void contradictionsAreRefusedWithBothValues() {
        assertRefused(
                "spark.task.cpus = 4 is more than spark.executor.cores = 2: no executor could run a worker; set "
                        + "spark.executor.cores to a multiple of spark.task.cpus",
                "spark.task.cpus=4",
                "spark.executor.cores=2");
        assertRefused(
                "train.threads-per-worker = 3 is more than spark.task.cpus = 1, the cores that a worker has; set "
                        + "spark.task.cpus = 3, or fewer threads",
                "train.threads-per-worker=3");
        assertRefused(
                "train.workers = 8, but spark.cores.max = 8 is enough for 4 side by side (spark.task.cpus = 2): every "
                        + "averaging round would wait for the others; raise spark.cores.max, or set fewer workers",
                "train.workers=8",
                "spark.cores.max=8",
                "spark.task.cpus=2");
        assertRefused(
                "spark.executor.extraJavaOptions has -Dorg.bytedeco.javacpp.maxbytes=4g (4096 MiB), which is more than "
                        + "spark.executor.memoryOverhead = 1g: the cluster would end such an executor; raise "
                        + "spark.executor.memoryOverhead",
                "train.workers=2",
                "spark.executor.memoryOverhead=1g",
                "spark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.maxbytes=4g");
        assertRefused(
                "spark.executor.cores = many cannot be used: it must be a whole number from 1 on",
                "spark.executor.cores=many");
        assertRefused(
                "spark.executor.memoryOverhead = much cannot be used: it must be a size, such as 4g or 512m",
                "train.workers=2",
                "spark.executor.memoryOverhead=much");
    }
}
