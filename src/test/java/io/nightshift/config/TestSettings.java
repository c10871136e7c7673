package io.nightshift.config;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes settings for a test: the defaults of {@code reference.conf}, and what the test sets. */
public final class TestSettings {
    private TestSettings() {}

    /**
     * Loads settings as a command does. Data is named, so that the demo's defaults do not count.
     *
     * @param assignments each {@code key=value}, as after {@code --set}
     */
    public static Settings of(String... assignments) {
        Map<String, String> sets = new LinkedHashMap<>(Map.of("data.uri", "faces.csv"));
        for (String assignment : assignments) {
            String[] parts = assignment.split("=", 2);
            sets.put(parts[0], parts[1]);
        }
        return SettingsLoader.load(List.of(), sets, Map.of());
    }
}
