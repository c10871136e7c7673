package io.nightshift.cli.options;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.config.settings.Settings;
import io.nightshift.spark.SparkSubmit;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Submits a command to a Spark cluster where the settings name one; a mixin of all commands that run Spark jobs. */
public final class Submission {
    @Option(names = "--dry-run", description = "Shows what would be handed to a cluster, and runs nothing.")
    private boolean dryRun;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Submits the command if the settings name a cluster and this process is not its driver already, and waits for its
     * end.
     *
     * @return the exit status; empty if the command is to run in this process
     */
    public OptionalInt submitIfCluster(Settings settings) {
        if (Settings.startedBySparkSubmit() || settings.isLocal() && !dryRun) {
            return OptionalInt.empty();
        }
        if (settings.isLocal()) {
            System.out.println("spark.master = " + settings.master() + ": runs in this JVM, nothing is submitted");
            return OptionalInt.of(ExitStatus.DONE);
        }
        // The start script says where the project is.
        Path jar = Path.of(System.getProperty("nightshift.home", "."), "target", "nightshift-cluster.jar");
        List<String> arguments =
                RecipeOption.expanded(command.root().commandLine().getParseResult().originalArgs().stream()
                        .filter(argument -> !argument.equals("--dry-run"))
                        .toList());
        SparkSubmit submit = SparkSubmit.of(settings, arguments, System.getenv("SPARK_HOME"), jar);
        if (dryRun) {
            System.out.print(submit.dryRun());
            return OptionalInt.of(ExitStatus.DONE);
        }
        return OptionalInt.of(submit.run());
    }
}
