package io.nightshift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A process that runs one command of the program after the other, so that two of them can start at the same moment. */
public final class CommandServer implements AutoCloseable {
    private static final String SEPARATOR = "\t";

    private final Process process;
    private final PrintStream commands;
    private final BufferedReader statuses;

    private CommandServer(Process process) {
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, UTF_8);
        this.statuses = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** In the process: reads commands, a line each, and answers with their exit statuses. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            answers.println(Nightshift.run(command.split(SEPARATOR)));
        }
    }

    public static CommandServer start(Path workingDirectory) throws IOException {
        return new CommandServer(new ProcessBuilder(Program.javaWithTests(CommandServer.class))
                .directory(workingDirectory.toFile())
                .redirectError(workingDirectory.resolve("command-server.log").toFile())
                .start());
    }

    /** Starts a command, whose exit status is the answer. */
    public CompletableFuture<Integer> run(String... arguments) {
        commands.println(String.join(SEPARATOR, arguments));
        return CompletableFuture.supplyAsync(() -> {
            try {
                return Integer.valueOf(statuses.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
