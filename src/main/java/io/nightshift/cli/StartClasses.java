package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.prediction.ServeJob;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads faces, trains, scores and serves in one JVM, which loads the classes that any command needs at its start. {@code
 * conf/class-data.sh} runs it once after a build and keeps those classes in the form in which the JVM maps them.
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
        boolean done = commands.stream().allMatch(command -> Nightshift.run(command) == ExitStatus.DONE);
        serve(model, Path.of(picture));
        System.exit(done ? ExitStatus.DONE : ExitStatus.FAILURE);
    }

    /** Serves until one picture was read through HTTP. */
    private static void serve(String model, Path picture) {
        Settings settings = new CommonOptions().settings(Map.of("serve.port", "0"));
        try (TerminalProgress progress = new TerminalProgress()) {
            new ServeJob(settings, progress).run(Optional.of(model), (port, stop) -> {
                try {
                    HttpURLConnection request =
                            (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/v1/predict")
                                    .toURL()
                                    .openConnection();
                    request.setDoOutput(true);
                    try (OutputStream body = request.getOutputStream()) {
                        Files.copy(picture, body);
                    }
                    request.getResponseCode();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    stop.run();
                }
            });
        }
    }
}
