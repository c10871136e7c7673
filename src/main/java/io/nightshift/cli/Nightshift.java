package io.nightshift.cli;

import io.nightshift.cli.exit.ExhaustedMemory;
import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.exit.GpuFailure;
import io.nightshift.cli.prediction.PredictCommand;
import io.nightshift.cli.prediction.ScoreCommand;
import io.nightshift.cli.prediction.ServeCommand;
import io.nightshift.cli.prediction.WatchCommand;
import io.nightshift.cli.terminal.EscapingStream;
import io.nightshift.cli.terminal.TerminalText;
import io.nightshift.config.Printable;
import io.nightshift.spark.ClusterException;
import io.nightshift.store.StorageException;
import java.io.PrintStream;
import java.util.Optional;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: turns arguments into a job, and its result into an exit status. */
@Command(
        name = "./submit.sh",
        description = "Trains image classifiers where the data already lives: on Apache Spark, from the JVM.",
        subcommands = {
            TrainCommand.class,
            RetrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ScoreCommand.class,
            WatchCommand.class,
            ServeCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            EnsembleCommand.class,
            TuneCommand.class,
            RunsCommand.class,
            DemoDataCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "New here? './submit.sh train' needs nothing, takes a few minutes, and says what to do next."})
public final class Nightshift implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Ends the JVM with the command's exit status. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and returns its exit status. What it prints is escaped. */
    static int run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(new EscapingStream(out));
        PrintStream escaping = new EscapingStream(err);
        System.setErr(escaping);
        try {
            return execute(arguments);
        } catch (Error e) {
            // Picocli handles exceptions alone.
            return report(e);
        } finally {
            System.setOut(out);
            // An interruption has silenced it: Spark's threads print errors while they are stopped.
            if (System.err == escaping) {
                System.setErr(err);
            }
        }
    }

    private static int execute(String... arguments) {
        // JavaCPP warns at each start that ND4J's OpenBLAS is of an older version than itself, which is known and
        // meant.
        System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
        CommandLine commandLine = new CommandLine(new Nightshift());
        commandLine.setParameterExceptionHandler((wrong, given) -> {
            System.err.println(TerminalText.wrapped(
                    "error: " + Printable.line(MistypedArguments.message(wrong)), TerminalText.ERROR_COLUMNS));
            return ExitStatus.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> report(failure));
        return commandLine.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a command: " + String.join(", ", spec.subcommands().keySet()));
    }

    /** Prints one line about what ended the command, and returns the exit status. */
    static int report(Throwable failure) {
        int status = ExitStatus.of(failure);
        if (ShutdownHookManager.get().isShutdownInProgress()) {
            // What fails while the process is being ended fails for that reason, which was said already.
            return status;
        }
        // Not a constant of the class: logging takes half of the time that --help takes.
        Logger log = LoggerFactory.getLogger(Nightshift.class);
        boolean expected = status != ExitStatus.FAILURE
                || failure instanceof StorageException
                || failure instanceof ClusterException;
        Optional<String> known = ExhaustedMemory.message(failure).or(() -> GpuFailure.message(failure));
        if (expected || known.isPresent()) {
            log.debug("where it was noticed", failure);
            String message = known.orElse(String.valueOf(failure.getMessage()));
            System.err.println(TerminalText.wrapped("error: " + Printable.line(message), TerminalText.ERROR_COLUMNS));
        } else {
            log.error("the job failed", failure);
            System.err.println("error: the job failed: " + Printable.line(firstLine(failure.toString()))
                    + "; the stack trace is above");
        }
        return status;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }
}
