package io.nightshift.config.settings;

import com.typesafe.config.ConfigUtil;
import io.nightshift.config.Keys;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code spark.*}, which goes to Spark unchecked but for the master. */
public final class SparkKeys {
    public static final String PREFIX = "spark.";
    static final String MASTER = "spark.master";

    private static final Pattern URL =
            Pattern.compile("local(\\[(\\*|[0-9]+)(, *[0-9]+)?])?|local-cluster\\[.*]|(spark|k8s)://\\S+|yarn");

    private SparkKeys() {}

    /** Reads all keys, by their full names. In a driver that spark-submit started, its properties win. */
    static Map<String, String> of(Keys keys) {
        keys.text(MASTER, URL, "a master URL of Spark, such as local[*], local[2] or spark://host:7077");
        Map<String, String> spark = new TreeMap<>();
        for (var entry : keys.config().getConfig("spark").entrySet()) {
            spark.put(
                    PREFIX + String.join(".", ConfigUtil.splitPath(entry.getKey())),
                    String.valueOf(entry.getValue().unwrapped()));
        }
        if (Settings.startedBySparkSubmit()) {
            // Among them is what the cluster's own defaults say, which is no part of this program's configuration.
            System.getProperties().stringPropertyNames().stream()
                    .filter(key -> key.startsWith(PREFIX))
                    .forEach(key -> spark.put(key, System.getProperty(key)));
        }
        return spark;
    }
}
