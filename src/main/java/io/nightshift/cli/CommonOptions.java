package io.nightshift.cli;

import io.nightshift.config.Settings;
import io.nightshift.config.SettingsLoader;
import io.nightshift.job.SparkSubmit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command takes. */
final class CommonOptions {
    @Option(names = "--conf", paramLabel = "FILE", description = "Configuration file (HOCON); may be repeated, later ones win.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one key; may be repeated.")
    private Map<String, String> sets = new LinkedHashMap<>();

    @Option(names = "--master", paramLabel = "URL", description = "Spark's master, such as local[2]; default: local[*].")
    private String master;

    @Option(names = "--dry-run", description = "Shows what would be handed to a cluster, and runs nothing.")
    private boolean dryRun;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
    private boolean help;

    /**
     * The settings: files, then {@code --set}, then what the command's own options say. Sets the log levels on the way.
     *
     * @param options values by key; null for an option that was not given
     */
    Settings settings(Map<String, String> options) {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("spark.master", master);
        given.putAll(options);
        given.values().removeIf(value -> value == null);
        Settings settings = SettingsLoader.load(files, sets, given);
        Configurator.setRootLevel(Level.valueOf(settings.log().spark()));
        Configurator.setLevel("io.nightshift", Level.valueOf(settings.log().level()));
        return settings;
    }

    /**
     * Hands the command to a cluster, if the settings name one and this is not its driver already.
     *
     * @return the exit status, if there is nothing left to do here
     */
    OptionalInt elsewhere(Settings settings) {
        if (SettingsLoader.startedBySparkSubmit() || settings.isLocal() && !dryRun) {
            return OptionalInt.empty();
        }
        if (settings.isLocal()) {
            System.out.println("spark.master = " + settings.master() + ": runs in this JVM, nothing is submitted");
            return OptionalInt.of(ExitStatus.DONE);
        }
        // The start script says where the project is.
        Path jar = Path.of(System.getProperty("nightshift.home", "."), "target", "nightshift-cluster.jar");
        List<String> arguments = command.root().commandLine().getParseResult().originalArgs().stream()
                .filter(argument -> !argument.equals("--dry-run")).toList();
        SparkSubmit submission = SparkSubmit.of(settings, arguments, System.getenv("SPARK_HOME"), jar);
        if (dryRun) {
            System.out.print(submission.dryRun());
            return OptionalInt.of(ExitStatus.DONE);
        }
        return OptionalInt.of(submission.run());
    }
}
