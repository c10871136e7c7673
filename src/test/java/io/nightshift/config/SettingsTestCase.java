package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Loads settings for the tests of this room, from {@code --set} values and from configuration files. */
public abstract class SettingsTestCase {
    @TempDir
    Path folder;

    protected static Settings load(Map<String, String> sets) {
        return SettingsLoader.load(List.of(), sets, Map.of());
    }

    protected static Settings set(String key, String value) {
        return load(Map.of(key, value));
    }

    protected final Settings file(String hocon) {
        return SettingsLoader.load(List.of(written("my.conf", hocon)), Map.of(), Map.of());
    }

    protected final Path written(String name, String hocon) {
        try {
            return Files.writeString(folder.resolve(name), hocon);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected static void assertRefused(Runnable loading, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(loading::run)
                .withMessage(message);
    }

    /** One line that holds all of these. */
    protected static void assertRefusedNaming(Runnable loading, String... parts) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(loading::run)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").contains(parts));
    }
}
