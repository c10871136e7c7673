package io.nightshift.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSubmitTest {
    private static final Path JAR = Path.of("/opt/nightshift-cluster.jar");
    private static final String NEEDED =
            "spark.master = spark://host:7077: a cluster needs the spark-submit of a Spark 3.5 " + "distribution, and ";
    private static final String REMEDY = "; unpack one and set SPARK_HOME to its folder";

    @TempDir
    private Path home;

    private static Settings settings(String... assignments) {
        Map<String, String> sets = new HashMap<>(Map.of("spark.master", "spark://host:7077", "train.workers", "2"));
        for (String assignment : assignments) {
            String[] parts = assignment.split("=", 2);
            sets.put(parts[0], parts[1]);
        }
        return SettingsLoader.load(List.of(), sets, Map.of("data.uri", "s3a://bucket/my faces.csv"));
    }

    private String spark(String core) throws IOException {
        Path program = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
        Files.writeString(program, "#!/bin/sh\n");
        program.toFile().setExecutable(true);
        Files.writeString(Files.createDirectories(home.resolve("jars")).resolve(core), "");
        return home.toString();
    }

    @Test
    void aDryRunHidesSecrets() throws IOException {
        String spark = spark("spark-core_2.12-3.5.1.jar");
        Settings settings =
                settings("spark.hadoop.fs.s3a.secret.key=hush", "spark.hadoop.fs.s3a.endpoint=http://store:9000");

        String shown = SparkSubmit.of(
                        settings,
                        List.of(
                                "train",
                                "--data",
                                "s3a://bucket/my faces.csv",
                                "--set",
                                "spark.hadoop.fs.s3a.secret.key=hush"),
                        spark,
                        JAR)
                .dryRun();

        assertThat(shown)
                .startsWith(spark + "/bin/spark-submit --master spark://host:7077 --deploy-mode client "
                        + "--properties-file FILE --class io.nightshift.cli.Nightshift "
                        + "/opt/nightshift-cluster.jar train --data 's3a://bucket/my faces.csv' --set "
                        + "'spark.hadoop.fs.s3a.secret.key=(hidden)'\n\nFILE, which only its owner can read, and "
                        + "which is deleted at the end:\n");
        assertThat(shown)
                .contains(
                        "\nspark.hadoop.fs.s3a.secret.key (hidden)\n",
                        "\nspark.hadoop.fs.s3a.endpoint http://store:9000\n",
                        "\nspark.cores.max 2\n");
        assertThat(shown).doesNotContain("hush");
    }

    @Test
    void aDriverOnTheClusterGetsEveryKeyAsAnArgument() throws IOException {
        Settings settings = settings(
                "spark.submit.deployMode=cluster",
                "spark.hadoop.fs.s3a.secret.key=hush",
                "spark.authenticate=true",
                "spark.authenticate.secret=hush",
                "spark.hadoop.fs.s3a.endpoint=http://store:9000",
                "spark.hadoop.fs.s3a.endpoint.region=eu",
                "train.epochs=3");

        String shown = SparkSubmit.of(
                        settings,
                        List.of("train", "--conf", "conf/my.conf", "--set=train.epochs=3", "--run-id", "night"),
                        spark("spark-core_2.12-3.5.9.jar"),
                        JAR)
                .dryRun();

        String command = shown.lines().findFirst().orElseThrow();
        assertThat(command)
                .contains(
                        " --deploy-mode cluster ",
                        " train --run-id night ",
                        " --set train.epochs=3 ",
                        " --set 'data.uri=s3a://bucket/my faces.csv' ")
                .doesNotContain("my.conf");
        assertThat(shown)
                .contains(
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        " --set spark.authenticate=true ",
                        " --set 'spark.\"hadoop.fs.s3a.endpoint.region\"=eu' ",
                        "\nspark.authenticate true\n",
                        "\nspark.authenticate.secret (hidden)\n",
                        "\nspark.hadoop.fs.s3a.endpoint.region eu\n")
                .doesNotContain("hush");
    }

    @Test
    void aWrongSparkHomeIsRefused() throws IOException {
        assertRefused(NEEDED + "SPARK_HOME is not set" + REMEDY, null);
        assertRefused(NEEDED + "SPARK_HOME = " + home + " has no bin/spark-submit" + REMEDY, home.toString());
        String spark = spark("spark-core_2.13-4.0.1.jar");
        assertRefused(
                NEEDED + "SPARK_HOME = " + spark + " has spark-core_2.13-4.0.1.jar in jars/, not spark-core_2.12-3.5"
                        + REMEDY,
                spark);
    }

    private static void assertRefused(String message, String sparkHome) {
        assertThatThrownBy(() -> SparkSubmit.of(settings(), List.of("train"), sparkHome, JAR))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }
}
