package io.nightshift.config.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Keys;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The whole configuration, checked. Each component is one group of {@code reference.conf}, which describes the keys;
 * the group's record declares them with type and bounds.
 *
 * @param backend what computes: {@code auto}, {@code cpu} or {@code cuda}
 * @param spark   everything under {@code spark.}, by full key, as Spark takes it
 * @param keys    where all of it was read from
 */
public record Settings(
        DataSettings data,
        Output output,
        Run run,
        Model model,
        TransferSettings transfer,
        TrainSettings train,
        AugmentSettings augment,
        RetrainSettings retrain,
        TuneSettings tune,
        EvaluateSettings evaluate,
        FaceSettings face,
        ImageSettings image,
        ScoreSettings score,
        Watch watch,
        ServeSettings serve,
        Demo demo,
        Log log,
        String backend,
        Map<String, String> spark,
        Keys keys) {

    public static Settings of(Keys keys) {
        return new Settings(
                DataSettings.of(keys),
                Output.of(keys),
                Run.of(keys),
                Model.of(keys),
                TransferSettings.of(keys),
                TrainSettings.of(keys),
                AugmentSettings.of(keys),
                RetrainSettings.of(keys),
                TuneSettings.of(keys),
                EvaluateSettings.of(keys),
                FaceSettings.of(keys),
                ImageSettings.of(keys),
                ScoreSettings.of(keys),
                Watch.of(keys),
                ServeSettings.of(keys),
                Demo.of(keys),
                Log.of(keys),
                keys.oneOf("backend", List.of("auto", "cpu", "cuda")),
                SparkKeys.of(keys),
                keys);
    }

    /** The output directory, in which runs are kept. */
    public record Output(String uri) {
        static Output of(Keys keys) {
            return new Output(keys.text("output.uri", Pattern.compile(".+"), "a path or URI"));
        }
    }

    /**
     * The run.
     *
     * @param id     empty to name it by its start time
     * @param resume whether it goes on from its last checkpoint
     * @param force  whether a retraining trains although nothing is new
     */
    public record Run(String id, boolean resume, boolean force) {
        private static final Pattern ID = Pattern.compile("|[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

        /** Whether a text can be the name of a run, and so of a folder, and leads nowhere else. */
        public static boolean isId(String text) {
            return text != null && !text.isEmpty() && ID.matcher(text).matches();
        }

        static Run of(Keys keys) {
            return new Run(
                    keys.text("run.id", ID, "up to 100 letters, digits, dots, dashes and underscores"),
                    keys.flag("run.resume"),
                    keys.flag("run.force"));
        }
    }

    /** The network. */
    public record Model(String architecture) {
        /** The names of the architectures. */
        public static final List<String> ARCHITECTURES = List.of("blog-cnn", "compact", "residual", "deep");

        static Model of(Keys keys) {
            return new Model(keys.oneOf("model.architecture", ARCHITECTURES));
        }
    }

    /** How the scores of a video are smoothed over time; 0 does not smooth. */
    public record Watch(double smoothingSeconds) {
        static Watch of(Keys keys) {
            return new Watch(keys.number("watch.smoothing-seconds").between(0, 60));
        }
    }

    /** The demo data that is drawn when no data is named. */
    public record Demo(int rows, long seed) {
        static Demo of(Keys keys) {
            return new Demo(
                    keys.integer("demo.rows").between(70, 10_000_000),
                    keys.integer("demo.seed").atLeast(0));
        }
    }

    /** Log levels of this program, and of the libraries that it uses. */
    public record Log(String level, String spark) {
        private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");

        static Log of(Keys keys) {
            return new Log(keys.oneOf("log.level", LEVELS), keys.oneOf("log.spark", LEVELS));
        }
    }

    /** Spark's master URL. */
    public String master() {
        return spark.get(SparkKeys.MASTER);
    }

    /** Whether Spark runs in this JVM, and not on a cluster. */
    public boolean isLocal() {
        return master().matches("local(\\[.*])?");
    }

    /**
     * The configuration as HOCON that {@code --conf} takes: all keys but the run's name (a run that repeats this one
     * has its own) and secrets, sorted, one a line.
     */
    public String resolved() {
        return ConfigurationText.of(keys.config());
    }

    /** Every key of {@link #resolved} with its value, as {@code --set} takes it. */
    public Map<String, String> assignments() {
        return ConfigurationText.assignments(resolved());
    }

    /**
     * Returns the same settings with the data of another configuration.
     *
     * @param text content of a run's {@code config.conf}
     * @throws ConfigurationException if it cannot be understood
     */
    public Settings withDataOf(String text) {
        return of(new Keys(ConfigurationText.data(text).withFallback(keys.config())));
    }

    /** Returns the same settings with another {@code data.uri}. */
    public Settings withDataUri(String uri) {
        return of(new Keys(keys.config().withValue("data.uri", ConfigValueFactory.fromAnyRef(uri))));
    }

    /**
     * Returns the network and its training as HOCON that {@code --conf} takes: what differs from
     * {@code reference.conf}, but the seed.
     */
    public String recipe() {
        return ConfigurationText.recipe(keys.config());
    }

    /** Returns the names of all keys. */
    public List<String> names() {
        return keys.config().entrySet().stream().map(Map.Entry::getKey).sorted().toList();
    }

    /** Returns the value of a key, as {@code --set} takes it. */
    public String value(String key) {
        return String.valueOf(keys.config().getValue(key).unwrapped());
    }

    /**
     * Returns the same settings with other values of some keys.
     *
     * @param values by key, as {@code --set} takes them
     * @throws ConfigurationException if a key does not take its value
     */
    public Settings with(Map<String, String> values) {
        Config changed = keys.config();
        for (Map.Entry<String, String> value : values.entrySet()) {
            changed = changed.withValue(value.getKey(), ConfigurationText.value(value.getValue()));
        }
        return changed.equals(keys.config()) ? this : of(new Keys(changed));
    }

    /** Whether this process is a driver that Spark's {@code spark-submit} started. */
    public static boolean startedBySparkSubmit() {
        // Spark sets it for every driver, also for one that a cluster's worker starts.
        return System.getProperty("spark.master") != null;
    }
}
