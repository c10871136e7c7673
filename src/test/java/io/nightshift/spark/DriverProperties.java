package io.nightshift.spark;

import io.nightshift.config.loading.SettingsLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The system properties of a driver that {@code spark-submit} starts on this machine. */
public final class DriverProperties {
    private DriverProperties() {}

    /**
     * Completes settings as the program does before it submits.
     *
     * @param sets by key, as {@code --set} takes them; {@code spark.master} is among them
     */
    public static Map<String, String> of(Map<String, String> sets) {
        Map<String, String> properties =
                new HashMap<>(ClusterSettings.of(SettingsLoader.load(List.of(), sets, Map.of()))
                        .spark());
        properties.put("spark.driver.host", "127.0.0.1");
        properties.put("spark.driver.bindAddress", "127.0.0.1");
        return properties;
    }
}
