package io.nightshift.cli.options;

import io.nightshift.config.Printable;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Option;

/** The options that every command takes. */
public final class CommonOptions {
    @Option(
            names = "--conf",
            paramLabel = "FILE",
            description = "Configuration file (HOCON); may be repeated, later ones win.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one key; may be repeated.")
    private Map<String, String> sets = new LinkedHashMap<>();

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Spark's master, such as local[2]; default: local[*].")
    private String master;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli shows the help by itself
    private boolean help;

    /**
     * Loads the settings from files, then {@code --set}, then the command's own options, and sets the log levels.
     *
     * @param options values by key; null for an option that was not given
     */
    public Settings settings(Map<String, String> options) {
        return settings(List.of(), options);
    }

    /**
     * The settings as of {@link #settings(Map)}, with files that are weaker than the user's.
     *
     * @param recipe configuration files
     */
    public Settings settings(List<Path> recipe, Map<String, String> options) {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("spark.master", master);
        given.putAll(options);
        given.values().removeIf(value -> value == null);
        Settings settings = SettingsLoader.load(
                Stream.concat(recipe.stream(), files.stream()).toList(),
                sets,
                given,
                note -> System.err.println("note: " + Printable.line(note)));
        Configurator.setRootLevel(Level.valueOf(settings.log().spark()));
        Configurator.setLevel("io.nightshift", Level.valueOf(settings.log().level()));
        return settings;
    }
}
