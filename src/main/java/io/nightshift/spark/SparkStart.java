package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.engine.Backend;
import io.nightshift.engine.execution.Execution;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.AccumulatorContext;

/** Starts Spark with the settings, and divides the cores among workers and native threads. */
public final class SparkStart {
    private static final String HADOOP = "spark.hadoop.";
    /** The fewest examples in a worker's part of a minibatch: with fewer, training lost accuracy (docs/accuracy.md). */
    private static final int LEAST_PART = 16;

    private static final long LISTED_WITHIN_SECONDS = 10;

    private SparkStart() {}

    /**
     * Starts Spark.
     *
     * @throws ConfigurationException if the master is a cluster and its spark-submit did not start this program, or if
     *                                this JVM lacks what Spark needs
     * @throws ClusterException       if the cluster gives no executor
     */
    public static JavaSparkContext context(Settings settings) {
        if (!settings.isLocal() && !Settings.startedBySparkSubmit()) {
            throw new ConfigurationException("spark.master = " + settings.master()
                    + ": a cluster runs what is handed to its spark-submit; start this program with ./submit.sh");
        }
        SparkConf spark = new SparkConf();
        if (settings.isLocal()) {
            // A local job needs no network, and the host name of a laptop often cannot be resolved.
            spark.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1");
            // A task that runs out of memory fails the job; Spark would end this JVM without a word.
            spark.set("spark.executor.killOnFatalError.depth", "0");
            DriverRequirements.require(settings);
        }
        settings.spark().forEach(spark::set);
        // The driver that a standalone cluster's worker starts gets the secret in the environment, where Spark's check
        // does not look.
        Optional.ofNullable(System.getenv(SecurityManager.ENV_AUTH_SECRET()))
                .ifPresent(secret -> spark.set("spark.authenticate.secret", secret));
        JavaSparkContext started = new JavaSparkContext(spark);
        if (!settings.isLocal()) {
            requireExecutors(started);
        }
        return started;
    }

    /**
     * Stops a context that {@link #context} has started, and lets go of what Spark keeps of it: an entry for each
     * accumulator, some hundreds a training, which a process that trains every night would not get rid of.
     */
    public static void stop(JavaSparkContext spark) {
        spark.stop();
        AccumulatorContext.clear();
    }

    /** Spark itself would wait for ever, with a warning in its log alone. */
    private static void requireExecutors(JavaSparkContext spark) {
        if (!hasExecutor(spark)) {
            String waited = spark.getConf().get("spark.scheduler.maxRegisteredResourcesWaitingTime", "30s");
            stop(spark);
            throw new ClusterException(
                    "no executor has come within " + waited + "; check that the cluster has as many free "
                            + "cores and as much memory as spark.executor.cores and spark.executor.memory ask for");
        }
    }

    /**
     * Spark starts once executors have registered with its scheduler. They are listed a moment later, when their
     * storage has registered too, which on a busy machine was seen to take longer than the next line of the driver.
     */
    private static boolean hasExecutor(JavaSparkContext spark) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LISTED_WITHIN_SECONDS);
        // The list includes the driver.
        while (spark.sc().statusTracker().getExecutorInfos().length < 2) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return true;
    }

    /**
     * Returns the configuration of Hadoop's file systems: all keys under {@code spark.hadoop.}, as Spark takes them.
     */
    public static Configuration hadoop(Settings settings) {
        Configuration hadoop = new Configuration();
        for (Map.Entry<String, String> setting : settings.spark().entrySet()) {
            if (setting.getKey().startsWith(HADOOP)) {
                hadoop.set(setting.getKey().substring(HADOOP.length()), setting.getValue());
            }
        }
        return hadoop;
    }

    /**
     * Returns the number of workers: {@code train.workers}, or as many as Spark runs tasks at once. On a cluster that
     * is taken from the settings, and not from the executors that have registered so far, because it must be the same
     * every night.
     */
    public static int workers(JavaSparkContext spark, Settings settings) {
        if (settings.train().workers().count() > 0) {
            return settings.train().workers().count();
        }
        return settings.isLocal()
                ? spark.defaultParallelism()
                : ClusterSettings.of(settings).workers();
    }

    /**
     * Returns the number of workers that train. In local mode, if their number is not set, a GPU has one. If they share a minibatch in local mode, and their number is not set,
     * there are so few that each gets at least 16 examples of it; {@link #threads} then gives them the other cores.
     */
    public static int trainingWorkers(JavaSparkContext spark, Settings settings) {
        boolean given = settings.train().workers().count() > 0;
        if (settings.isLocal()
                && !given
                && Execution.backend(settings.backend()).backend() == Backend.GPU) {
            return 1;
        }
        int workers = workers(spark, settings);
        int shared = settings.train().workers().batchSize();
        boolean chosen = given || !settings.isLocal() || shared == 0;
        return chosen ? workers : Math.max(1, Math.min(workers, shared / LEAST_PART));
    }

    /**
     * Returns the number of native threads for each of some tasks that run side by side. Tasks times threads are the
     * cores: in local mode the tasks share them, on a cluster Spark gives each task {@code spark.task.cpus}.
     */
    public static int threads(JavaSparkContext spark, Settings settings, int tasks) {
        if (settings.train().workers().threadsPerWorker() > 0) {
            return settings.train().workers().threadsPerWorker();
        }
        return settings.isLocal()
                ? Math.max(1, spark.defaultParallelism() / tasks)
                : spark.getConf().getInt("spark.task.cpus", 1);
    }
}
