package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads faces, trains and scores in one JVM, which loads the classes that any command needs at its start. {@code
 * submit.sh} runs it once after a build and keeps those classes in the form in which the JVM maps them.
 */
public final class StartClasses {
    private StartClasses() {}

    /**
     * Ends the JVM; with 1 if a command failed, whose classes are then not complete.
     *
     * @param arguments a model, a picture with faces, and an empty folder for what is written
     */
    public static void main(String[] arguments) {
        String model = arguments[0];
        String picture = arguments[1];
        Path folder = Path.of(arguments[2]);
        String faces = folder.resolve("faces.csv").toString();
        String runs = folder.resolve("runs").toString();
        String scores = folder.resolve("scores").toString();
        List<String[]> commands = List.of(
                new String[] {"predict", "--model", model, picture},
                new String[] {"demo-data", "--rows", "200", "--output", faces},
                new String[] {"train", "--data", faces, "--output", runs, "--epochs", "1", "--master", "local[2]"},
                new String[] {"score", "--model", model, "--input", faces, "--output", scores, "--format", "parquet"});
        System.exit(
                commands.stream().allMatch(command -> Nightshift.run(command) == ExitStatus.DONE)
                        ? ExitStatus.DONE
                        : ExitStatus.FAILURE);
    }
}
