package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.network.util.JavaUtils;

/**
 * Checks Spark's settings for a cluster against each other before anything starts, and completes them where training
 * needs other defaults than Spark's.
 *
 * <p>A worker is one task. It has {@code spark.task.cpus} cores, and as many native threads; an executor has
 * {@code spark.executor.cores} of them, and runs {@code spark.executor.cores / spark.task.cpus} workers.
 *
 * @param spark   all of Spark's settings, with the defaults
 * @param workers how many train side by side
 */
record ClusterSettings(Map<String, String> spark, int workers) {
    private static final String TASK_CPUS = "spark.task.cpus";
    private static final String EXECUTOR_CORES = "spark.executor.cores";
    private static final String INSTANCES = "spark.executor.instances";
    private static final String CORES_MAX = "spark.cores.max";
    private static final String MEMORY = "spark.executor.memory";
    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
    private static final String DRIVER_OPTIONS = "spark.driver.extraJavaOptions";
    private static final Pattern OFF_HEAP = Pattern.compile("-Dorg\\.bytedeco\\.javacpp\\.maxbytes=(\\S+)");
    /** Memory outside the heap for a worker of the blog's CNN, generously. */
    private static final long OFF_HEAP_PER_WORKER_MEBIBYTES = 1024;

    /**
     * Checks and completes the settings.
     *
     * @throws ConfigurationException if they contradict each other, or do not give the number of workers
     */
    static ClusterSettings of(Settings settings) {
        Map<String, String> spark = new TreeMap<>(settings.spark());
        spark.putIfAbsent(TASK_CPUS, "1");
        int taskCpus = number(spark, TASK_CPUS);
        spark.putIfAbsent(EXECUTOR_CORES, spark.get(TASK_CPUS));
        int cores = number(spark, EXECUTOR_CORES);
        if (taskCpus > cores) {
            throw new ConfigurationException(TASK_CPUS + " = " + taskCpus + " is more than " + EXECUTOR_CORES + " = "
                    + cores + ": no executor could run a worker; set " + EXECUTOR_CORES + " to a multiple of "
                    + TASK_CPUS);
        }
        int threads = settings.train().workers().threadsPerWorker();
        if (threads > taskCpus) {
            throw new ConfigurationException("train.threads-per-worker = " + threads + " is more than " + TASK_CPUS
                    + " = " + taskCpus + ", the cores that a worker has; set " + TASK_CPUS + " = " + threads
                    + ", or fewer threads");
        }
        int slots = cores / taskCpus;
        int workers = share(settings, spark, taskCpus, slots);
        memory(spark, slots);
        spark.merge(
                EXECUTOR_OPTIONS, "-Dnightshift.backend=" + settings.backend(), (given, ours) -> given + " " + ours);
        processes(spark, taskCpus);
        return new ClusterSettings(Map.copyOf(spark), workers);
    }

    /** Returns the number of workers, and sets executors enough for them. */
    private static int share(Settings settings, Map<String, String> spark, int taskCpus, int slots) {
        boolean standalone = settings.master().startsWith("spark:");
        String limit = standalone ? CORES_MAX : INSTANCES;
        int wanted = settings.train().workers().count();
        if (!spark.containsKey(limit)) {
            if (wanted == 0) {
                throw new ConfigurationException("train.workers = auto: " + settings.master()
                        + " does not say how many there can be; set " + limit + " ("
                        + (standalone ? "cores" : "executors")
                        + " for the whole job), or train.workers itself");
            }
            spark.put(limit, String.valueOf(standalone ? wanted * taskCpus : (wanted + slots - 1) / slots));
        }
        int possible = standalone ? number(spark, limit) / taskCpus : number(spark, limit) * slots;
        if (possible == 0 || wanted > possible) {
            throw new ConfigurationException("train.workers = " + (wanted == 0 ? "auto" : wanted) + ", but " + limit
                    + " = "
                    + spark.get(limit) + " is enough for " + possible + " side by side (" + TASK_CPUS + " = " + taskCpus
                    + "): every averaging round would wait for the others; raise " + limit + ", or set fewer workers");
        }
        return wanted > 0 ? wanted : possible;
    }

    private static void memory(Map<String, String> spark, int slots) {
        spark.putIfAbsent("spark.driver.memory", "2g");
        spark.putIfAbsent(MEMORY, "2g");
        String options = spark.getOrDefault(EXECUTOR_OPTIONS, "");
        Matcher given = OFF_HEAP.matcher(options);
        long offHeap = given.find()
                ? JavaUtils.byteStringAsBytes(given.group(1)) >> 20
                : spark.containsKey(OVERHEAD)
                        ? mebibytes(spark, OVERHEAD)
                        : OFF_HEAP_PER_WORKER_MEBIBYTES * (slots + 1);
        spark.putIfAbsent(OVERHEAD, offHeap + "m");
        long overhead = mebibytes(spark, OVERHEAD);
        if (offHeap > overhead) {
            throw new ConfigurationException(
                    EXECUTOR_OPTIONS + " has " + given.group() + " (" + offHeap + " MiB), which is "
                            + "more than " + OVERHEAD + " = " + spark.get(OVERHEAD)
                            + ": the cluster would end such an executor; raise "
                            + OVERHEAD);
        }
        String completed = options;
        completed = with(completed, "-Dorg.bytedeco.javacpp.maxbytes=", offHeap + "m");
        completed =
                with(completed, "-Dorg.bytedeco.javacpp.maxphysicalbytes=", mebibytes(spark, MEMORY) + overhead + "m");
        spark.put(EXECUTOR_OPTIONS, completed.trim());
    }

    private static void processes(Map<String, String> spark, int taskCpus) {
        for (String options : new String[] {EXECUTOR_OPTIONS, DRIVER_OPTIONS}) {
            String completed = spark.getOrDefault(options, "");
            if (!completed.matches(".*-XX:\\+Use\\w+GC.*")) {
                completed += " -XX:+UseParallelGC -XX:NewRatio=1";
            }
            // 400 MB of natives, unpacked once per machine and user, and not once per executor's own folder.
            completed = with(
                    completed,
                    "-Dorg.bytedeco.javacpp.cachedir=",
                    "/tmp/nightshift-natives-" + System.getProperty("user.name"));
            spark.put(options, completed.trim());
        }
        spark.putIfAbsent("spark.executorEnv.OMP_NUM_THREADS", String.valueOf(taskCpus));
        // The first averaging round must have all workers.
        spark.putIfAbsent("spark.scheduler.minRegisteredResourcesRatio", "1.0");
        spark.putIfAbsent("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
        // Otherwise spark-submit would return before the job has ended. It returns 0 even if the job fails; the state
        // is in
        // run.json.
        spark.putIfAbsent("spark.standalone.submit.waitAppCompletion", "true");
    }

    private static String with(String options, String option, String value) {
        return options.contains(option) ? options : options + " " + option + value;
    }

    private static int number(Map<String, String> spark, String key) {
        String value = spark.get(key);
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new ConfigurationException(
                    key + " = " + value + " cannot be used: it must be a whole number from 1 on");
        }
        return Integer.parseInt(value);
    }

    private static long mebibytes(Map<String, String> spark, String key) {
        try {
            return JavaUtils.byteStringAsMb(spark.get(key));
        } catch (NumberFormatException e) {
            throw new ConfigurationException(
                    key + " = " + spark.get(key) + " cannot be used: it must be a size, such as 4g or 512m");
        }
    }
}
