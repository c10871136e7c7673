package io.nightshift.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Puts the layers of the configuration together and checks the whole before any job starts. The only class that knows
 * Typesafe Config.
 *
 * <p>From weak to strong: {@code reference.conf}, {@code demo.conf} if no data is named, the {@code --conf} files in
 * their order, the {@code --set} options, the command's own options.
 */
public final class SettingsLoader {
    /** What the architectures are called. */
    public static final List<String> ARCHITECTURES = List.of("blog-cnn", "compact", "deep");

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");
    private static final Pattern RUN_ID = Pattern.compile("|[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern MASTER =
            Pattern.compile("local(\\[(\\*|[0-9]+)(, *[0-9]+)?])?|local-cluster\\[.*]|(spark|k8s)://\\S+|yarn");
    private static final String SPARK = "spark.";

    private SettingsLoader() {}

    /**
     * Loads and checks.
     *
     * @param files    HOCON files, later ones win
     * @param sets     values by key, as given with {@code --set}
     * @param options  values by key, as given with the command's own options; they win
     * @throws ConfigurationException for a missing file, a syntax error, an unknown key, or a value out of range
     */
    public static Settings load(List<Path> files, Map<String, String> sets, Map<String, String> options) {
        Config reference = ConfigFactory.parseResources(SettingsLoader.class, "reference.conf");
        Config given = layer(sets, "--set");
        for (int i = files.size() - 1; i >= 0; i--) {
            given = given.withFallback(parse(files.get(i)));
        }
        given = layer(options, "command line").withFallback(given);
        try {
            Config overReference = given.withFallback(reference).resolve();
            refuseUnknownKeys(overReference, reference);
            boolean demo = overReference.getString("data.uri").isBlank();
            Config defaults = demo
                    ? ConfigFactory.parseResources(SettingsLoader.class, "demo.conf")
                            .withFallback(reference)
                    : reference;
            return check(given.withFallback(defaults).resolve());
        } catch (ConfigException e) {
            throw new ConfigurationException(oneLine(e) + "; correct the value there");
        }
    }

    /** Whether this program is the driver of an application that was handed to Spark's {@code spark-submit}. */
    public static boolean startedBySparkSubmit() {
        // Spark sets it for every driver, also where a cluster's worker starts it.
        return System.getProperty("spark.master") != null;
    }

    private static Config layer(Map<String, String> values, String origin) {
        Config layer = ConfigFactory.empty();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            try {
                layer = layer.withValue(entry.getKey(), ConfigValueFactory.fromAnyRef(typed(entry.getValue()), origin));
            } catch (ConfigException.BadPath e) {
                String value = Secrets.isSecret(entry.getKey()) ? "..." : entry.getValue();
                throw new ConfigurationException(origin + " " + entry.getKey() + "=" + value
                        + ": the key is malformed; write it as in --set train.epochs=3");
            }
        }
        return layer;
    }

    /** Numbers and truth values keep their type, so that they are not written in quotes into {@code config.conf}. */
    private static Object typed(String value) {
        if (value.equals("true") || value.equals("false")) {
            return Boolean.valueOf(value);
        }
        // Not 007, which may be a name.
        if (value.matches("0|-?[1-9][0-9]{0,17}")) {
            return Long.valueOf(value);
        }
        return value;
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ConfigurationException("--conf " + file + ": "
                    + (Files.exists(file) ? "cannot be read as a file" : "there is no such file")
                    + "; name a configuration file, such as conf/local.conf");
        }
        try {
            return ConfigFactory.parseFile(
                    file.toFile(),
                    ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false));
        } catch (ConfigException e) {
            throw new ConfigurationException(
                    "--conf " + file + ": " + oneLine(e) + "; correct the syntax (HOCON) there");
        }
    }

    private static void refuseUnknownKeys(Config given, Config reference) {
        List<String> known =
                reference.entrySet().stream().map(Map.Entry::getKey).toList();
        for (var entry : given.entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key) && !key.startsWith(SPARK)) {
                String nearest = known.stream()
                        .min(Comparator.comparingInt(candidate ->
                                LevenshteinDistance.getDefaultInstance().apply(key, candidate)))
                        .orElseThrow();
                throw new ConfigurationException(
                        key + " (" + entry.getValue().origin().description() + ") is no known key; the nearest is "
                                + nearest + "; all are in reference.conf");
            }
        }
    }

    private static Settings check(Config config) {
        CheckedKeys keys = new CheckedKeys(config);
        config.entrySet()
                .forEach(entry -> Secrets.refuseInUri(
                        entry.getKey(), String.valueOf(entry.getValue().unwrapped())));
        keys.oneOf("train.approach", List.of("direct"));
        return new Settings(
                new Settings.Data(
                        keys.text("data.uri"),
                        keys.number("data.max-bad-fraction", 0, 1, true),
                        keys.wholeNumber("data.duplicate-distance", -1, 64),
                        keys.trueOrFalse("data.drop-duplicates"),
                        keys.names("data.classes", 2, 100),
                        keys.wholeNumber("data.image-side", 8, 1_024)),
                new Settings.Output(keys.matching("output.uri", Pattern.compile(".+"), "a path or URI")),
                new Settings.Run(
                        keys.matching("run.id", RUN_ID, "up to 100 letters, digits, dots, dashes and underscores"),
                        keys.trueOrFalse("run.resume"),
                        keys.trueOrFalse("run.force")),
                new Settings.Model(keys.oneOf("model.architecture", ARCHITECTURES)),
                transfer(keys),
                new Settings.Train(
                        keys.wholeNumber("train.epochs", 1, 100_000),
                        keys.wholeNumber("train.seed", 0L, Long.MAX_VALUE),
                        keys.number("train.learning-rate", 0, 1_000, false),
                        keys.wholeNumber("train.batch-size-per-worker", 1, 65_536),
                        keys.wholeNumberOrAuto("train.workers", 10_000),
                        keys.wholeNumberOrAuto("train.threads-per-worker", 1_024),
                        keys.wholeNumber("train.averaging-frequency", 1, 1_000_000),
                        keys.trueOrFalse("train.save-updater"),
                        keys.wholeNumber("train.prefetch-batches", 0, 1_000),
                        keys.wholeNumberOrAuto("train.aggregation-depth", 10),
                        keys.oneOf("train.best-by", Settings.BestBy.class),
                        keys.wholeNumber("train.patience-epochs", 0, 100_000),
                        keys.number("train.max-loss", 0, 1_000_000, false),
                        keys.number("train.retry-learning-rate-factor", 0, 0.99, true),
                        keys.oneOf("train.schedule", Settings.Schedule.class),
                        keys.number("train.warm-up-epochs", 0, 100_000, true),
                        keys.number("train.weight-decay", 0, 10, true),
                        keys.number("train.label-smoothing", 0, 0.9, true),
                        keys.number("train.average-epochs", 0, 1_000, true),
                        keys.trueOrFalse("train.calibrate"),
                        averaging(keys),
                        keys.oneOf("train.class-weights", Settings.ClassWeights.class),
                        keys.oneOf("train.optimiser", Settings.Optimiser.class),
                        keys.wholeNumber("train.batch-size", 0, 1_048_576)),
                new Settings.Augment(
                        keys.number("augment.flip-probability", 0, 1, true),
                        keys.number("augment.shift-pixels", 0, 24, true),
                        keys.number("augment.rotation-degrees", 0, 180, true),
                        keys.number("augment.scale", 0, 0.9, true),
                        keys.number("augment.brightness", 0, 1, true),
                        keys.number("augment.contrast", 0, 1, true),
                        keys.number("augment.erase-probability", 0, 1, true),
                        keys.number("augment.mixup", 0, 10, true)),
                retrain(keys),
                new Settings.Evaluate(
                        keys.wholeNumber("evaluate.batch-size", 1, 65_536),
                        keys.wholeNumber("evaluate.mistakes", 0, 1_000),
                        keys.oneOf("evaluate.test-time-augmentation", Settings.TestTimeAugmentation.class)),
                face(keys),
                new Settings.Image(
                        keys.wholeNumber("image.max-pixels", 1L, Integer.MAX_VALUE - 1L),
                        keys.wholeNumber("image.max-bytes", 1L, Integer.MAX_VALUE - 1L)),
                new Settings.Score(
                        keys.wholeNumber("score.images-per-part", 1, 1_000_000),
                        keys.wholeNumber("score.batch-size", 1, 65_536),
                        keys.wholeNumber("score.readers-per-task", 1, 256)),
                new Settings.Watch(keys.number("watch.smoothing-seconds", 0, 60, true)),
                new Settings.Demo(
                        keys.wholeNumber("demo.rows", 70, 10_000_000),
                        keys.wholeNumber("demo.seed", 0L, Long.MAX_VALUE)),
                new Settings.Log(keys.oneOf("log.level", LEVELS), keys.oneOf("log.spark", LEVELS)),
                keys.oneOf("backend", List.of("auto", "cpu", "cuda")),
                sparkSettings(config, keys),
                resolved(config));
    }

    private static Settings.Transfer transfer(CheckedKeys keys) {
        Settings.Transfer transfer = new Settings.Transfer(
                keys.text("transfer.from"),
                keys.text("transfer.freeze-up-to"),
                keys.trueOrFalse("transfer.replace-head"));
        if (!transfer.isOn()
                && (transfer.replaceHead() || !transfer.freezeUpTo().isEmpty())) {
            throw new ConfigurationException(
                    (transfer.replaceHead() ? "transfer.replace-head" : "transfer.freeze-up-to")
                            + " is set, and transfer.from is empty: there is no model to keep anything of; name it with --set transfer.from=URI");
        }
        return transfer;
    }

    private static Settings.Averaging averaging(CheckedKeys keys) {
        return new Settings.Averaging(
                keys.number("train.outer-momentum", 0, 0.99, true),
                keys.number("train.outer-learning-rate", 0, 10, false),
                keys.oneOf("train.learning-rate-by-workers", Settings.LearningRateByWorkers.class),
                keys.wholeNumber("train.synchronous-epochs", 0, 100_000));
    }

    private static Settings.Face face(CheckedKeys keys) {
        Settings.Face face = new Settings.Face(
                keys.oneOf("face.detector", Settings.Detector.class),
                keys.text("face.model"),
                keys.number("face.min-confidence", 0, 0.99, true),
                keys.wholeNumber("face.min-side-pixels", 1, 100_000),
                keys.wholeNumber("face.search-side-pixels", 64, 100_000),
                keys.number("face.margin", -0.4, 2, true));
        if (face.detector() == Settings.Detector.YUNET && face.model().isEmpty()) {
            throw new ConfigurationException(
                    "face.detector = yunet needs face.model, the detector's ONNX file; name it with "
                            + "--set face.model=FILE, or take --set face.detector=haar, which needs none");
        }
        return face;
    }

    private static Settings.Retrain retrain(CheckedKeys keys) {
        return new Settings.Retrain(
                keys.oneOf("retrain.start-from", Settings.StartFrom.class),
                keys.number("retrain.significance", 0, 1, false),
                keys.number("retrain.max-predicted-share", 0, 1, false),
                keys.number("retrain.min-recall", 0, 1, true),
                keys.number("retrain.max-recall-drop", 0, 1, true),
                keys.wholeNumber("retrain.keep-runs", 0, 1_000_000),
                keys.wholeNumber("retrain.lock-lease-seconds", 3, 86_400),
                new Settings.DataChange(
                        keys.number("retrain.data.max-rows-lost", 0, 1, true),
                        keys.number("retrain.data.max-rows-gained", 0, 1_000_000, true),
                        keys.number("retrain.data.max-class-share-change", 0, 1, true),
                        keys.number("retrain.data.max-pixel-mean-change", 0, 1, true),
                        keys.number("retrain.data.max-pixel-deviation-change", 0, 1, true),
                        keys.number("retrain.data.max-rejected-share-change", 0, 1, true),
                        keys.number("retrain.data.max-accuracy-drop", 0, 1, true)));
    }

    private static Map<String, String> sparkSettings(Config config, CheckedKeys keys) {
        Map<String, String> spark = new TreeMap<>();
        keys.matching("spark.master", MASTER, "a master URL of Spark, such as local[*], local[2] or spark://host:7077");
        for (var entry : config.getConfig("spark").entrySet()) {
            spark.put(
                    SPARK + entry.getKey().replace("\"", ""),
                    String.valueOf(entry.getValue().unwrapped()));
        }
        if (startedBySparkSubmit()) {
            // What spark-submit was told holds, whoever called it; these keys need not fit into a tree, as HOCON's
            // must.
            System.getProperties().stringPropertyNames().stream()
                    .filter(key -> key.startsWith(SPARK))
                    .forEach(key -> spark.put(key, System.getProperty(key)));
        }
        return spark;
    }

    /** All keys, sorted, one a line, but for the run's name (a run that repeats this one has its own) and secrets. */
    private static String resolved(Config config) {
        List<String> lines = new ArrayList<>();
        List<String> secrets = new ArrayList<>();
        Map<String, String> values = config.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().render(ConfigRenderOptions.concise()),
                        (a, b) -> a,
                        TreeMap::new));
        values.forEach((key, value) -> {
            if (Secrets.isSecret(key)) {
                secrets.add(key);
            } else if (!key.startsWith("run.")) {
                lines.add(key + " = " + value);
            }
        });
        if (!secrets.isEmpty()) {
            lines.add(0, "# Left out, because secret: " + String.join(", ", secrets));
        }
        return String.join("\n", lines) + "\n";
    }

    static Map<String, String> assignments(String resolved) {
        return ConfigFactory.parseString(resolved).entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey(),
                        entry -> String.valueOf(entry.getValue().unwrapped()),
                        (a, b) -> a,
                        TreeMap::new));
    }

    private static String oneLine(ConfigException e) {
        return e.getMessage().replaceAll("\\s*\\R\\s*", " ");
    }
}
