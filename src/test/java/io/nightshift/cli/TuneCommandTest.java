package io.nightshift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.cli.exit.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TuneCommandTest {
    @TempDir
    private Path output;

    /** Runs the command and returns standard error in one line; it must end with 2 before anything starts. */
    private String refused(String... more) {
        String[] arguments = new String[more.length + 5];
        System.arraycopy(
                new String[] {"tune", "--output", output.toString(), "--data", "faces.csv"}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        PrintStream err = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, UTF_8));
        try {
            assertThat(Nightshift.run(arguments)).isEqualTo(ExitStatus.USAGE);
        } finally {
            System.setErr(err);
        }
        assertThat(output.resolve("runs")).doesNotExist();
        return written.toString(UTF_8).strip();
    }

    @Test
    void aBudgetThatIsTooSmallEndsWithTheLeastOne() {
        assertThat(refused("--budget", "20"))
                .isEqualTo("error: tune.budget-epochs = 20: 27 trials on 3 rungs and the last comparison need at least "
                        + "135 epochs, one for each trial on the lowest rung; raise --budget, or lower tune.trials or "
                        + "tune.rungs");
        assertThat(refused("--budget", "none"))
                .startsWith("error: tune.budget-epochs = none (command line) cannot be used: it must be a number "
                        + "greater than 0 and at most 10000000");
    }

    @Test
    void goingOnNeedsTheNameOfARun() {
        assertThat(refused("--resume"))
                .isEqualTo("error: --resume needs to know which run is to go on: add --run-id ID; the command 'runs' "
                        + "lists them");
    }

    @Test
    void theHelpNamesTheSpaceAndTheBudget() {
        assertThat(new CommandLine(new TuneCommand()).getUsageMessage().replaceAll("\\s+", " "))
                .contains(
                        "tune.space, by default conf/tune/default.conf", "--budget=EPOCHS", "default: 330", "--recipe")
                .doesNotContain("null");
    }
}
