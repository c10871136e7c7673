package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Starts Spark as the settings say, and shares out the cores. */
final class SparkStart {
    private static final String HADOOP = "spark.hadoop.";

    private SparkStart() {
    }

    /**
     * Starts Spark.
     *
     * @throws ConfigurationException if the master is a cluster and this program was not started by its spark-submit
     */
    static JavaSparkContext context(Settings settings) {
        if (!isLocal(settings) && System.getProperty("SPARK_SUBMIT") == null) {
            throw new ConfigurationException("spark.master = " + settings.master()
                    + ": a cluster is not supported by this version; use local[*] or local[2]");
        }
        SparkConf spark = new SparkConf();
        if (isLocal(settings)) {
            // Nothing outside talks to a local job; a laptop's own name often leads nowhere.
            spark.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1");
        }
        settings.spark().forEach(spark::set);
        return new JavaSparkContext(spark);
    }

    /** What Hadoop's file systems are to know: all under {@code spark.hadoop.}, as Spark itself takes it. */
    static Configuration hadoop(Settings settings) {
        Configuration hadoop = new Configuration();
        for (Map.Entry<String, String> setting : settings.spark().entrySet()) {
            if (setting.getKey().startsWith(HADOOP)) {
                hadoop.set(setting.getKey().substring(HADOOP.length()), setting.getValue());
            }
        }
        return hadoop;
    }

    /** Workers that train side by side: as set, or as many as Spark runs tasks at once. */
    static int workers(JavaSparkContext spark, Settings settings) {
        return settings.train().workers() > 0 ? settings.train().workers() : spark.defaultParallelism();
    }

    /**
     * Native threads for each task, so that tasks times threads are the cores: in local mode the cores are shared by
     * the workers, on a cluster Spark gives each task {@code spark.task.cpus} of them.
     */
    static int threads(JavaSparkContext spark, Settings settings) {
        if (settings.train().threadsPerWorker() > 0) {
            return settings.train().threadsPerWorker();
        }
        return isLocal(settings)
                ? Math.max(1, spark.defaultParallelism() / workers(spark, settings))
                : spark.getConf().getInt("spark.task.cpus", 1);
    }

    private static boolean isLocal(Settings settings) {
        return settings.master().matches("local(\\[.*])?");
    }
}
