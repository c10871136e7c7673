package io.nightshift.job.context;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.run.ChosenDetector;
import io.nightshift.run.LoadedModel;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.RunLocks;
import io.nightshift.spark.ClusterException;
import io.nightshift.spark.SparkStart;
import io.nightshift.spark.WorkerBackend;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Holds what a job works with: the settings, the file systems, the progress, and Spark, which starts when it is first
 * asked for and stops when this is closed, if it was started here. For one thread.
 */
public final class JobContext implements AutoCloseable {
    private final Settings settings;
    private final JobProgress progress;
    private final Configuration hadoop;
    private final Storage storage;
    private final boolean ownsSpark;
    private JavaSparkContext spark;

    private JobContext(Settings settings, JobProgress progress, JavaSparkContext running) {
        this.settings = settings;
        this.progress = progress;
        this.hadoop = running == null ? SparkStart.hadoop(settings) : running.hadoopConfiguration();
        this.storage = new Storage(hadoop);
        this.ownsSpark = running == null;
        this.spark = running;
    }

    /** Opens a context for a job that only reads and writes files. */
    public static JobContext forFiles(Settings settings, JobProgress progress) {
        return new JobContext(settings, progress, null);
    }

    /**
     * Opens a context for a job that computes with networks: chooses between CPU and GPU before ND4J is loaded.
     *
     * @throws ConfigurationException if the settings demand a GPU for a local job, and there is none that can be used
     */
    public static JobContext forNetworks(Settings settings, JobProgress progress) {
        return forNetworks(settings, progress, null);
    }

    /**
     * Opens a context for a job that computes with networks on a Spark that runs already, and goes on after it.
     *
     * @param running with the settings' master; null to start one
     * @throws ConfigurationException as {@link #forNetworks(Settings, JobProgress)}
     */
    public static JobContext forNetworks(Settings settings, JobProgress progress, JavaSparkContext running) {
        WorkerBackend.chooseHere(settings, progress::note);
        return new JobContext(settings, progress, running);
    }

    public Settings settings() {
        return settings;
    }

    public JobProgress progress() {
        return progress;
    }

    /** Reports one line that a person may want to know. */
    public void note(String line) {
        progress.note(line);
    }

    public Configuration hadoop() {
        return hadoop;
    }

    public Storage storage() {
        return storage;
    }

    /** Returns writes to files that several processes share, such as the lock and {@code champion.json}. */
    public ConditionalWrites conditionalWrites() {
        return new ConditionalWrites(hadoop);
    }

    /** Returns the locks of the runs in the output directory. */
    public RunLocks runLocks() {
        return new RunLocks(
                conditionalWrites(),
                settings.output().uri(),
                Duration.ofSeconds(settings.retrain().lockLeaseSeconds()));
    }

    /**
     * Loads the model that the option {@code --model} names.
     *
     * @throws ConfigurationException if there is no such file, or it holds no usable model
     */
    public LoadedModel model(String uri) {
        return ModelLoader.load(storage, "--model", uri);
    }

    /**
     * Chooses the face detector, reads the file that it needs, and reports which it is if the settings leave it open.
     *
     * @throws ConfigurationException if there is no such file
     */
    public ChosenDetector faceDetector() {
        ChosenDetector chosen = ChosenDetector.of(storage, settings.face(), ChosenDetector.userFolder());
        if (!chosen.note().isEmpty()) {
            progress.note(chosen.note());
        }
        return chosen;
    }

    /**
     * Returns Spark, and starts it at the first call.
     *
     * @throws ConfigurationException if the master is a cluster and its spark-submit did not start this program
     * @throws ClusterException       if the cluster gives no executor
     */
    public JavaSparkContext spark() {
        if (spark == null) {
            spark = SparkStart.context(settings);
        }
        return spark;
    }

    /** Whether Spark has started. */
    public boolean isSparkRunning() {
        return spark != null;
    }

    @Override
    public void close() {
        if (spark != null && ownsSpark) {
            SparkStart.stop(spark);
        }
    }
}
