package io.nightshift.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program in a process of its own, as the start script starts it. */
public final class Program {
    /**
     * Of the JVM of such a process, which has ended before the second compiler's work is worth its while: starting one
     * takes little more than half of the processor time without it. The heavy arithmetic is in native code. The process
     * ends a little sooner, too, if its heap comes in huge pages (bench/RESULTS.md). Where there are none, that is no
     * matter, and needs no message.
     */
    public static final List<String> SHORT_LIVED =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseTransparentHugePages", "-Xlog:pagesize=off");

    /**
     * Put before a program that a test interrupts. A shell lets what it runs in the background ignore Ctrl-C, also a
     * build, and whatever is started from there inherits that.
     */
    static final List<String> INTERRUPTIBLE = List.of("env", "--default-signal=INT");

    private static final long SECONDS = 240;

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** What a finished program left behind. */
    public record Finished(int status, String out, String err) {}

    private static String classPath(boolean ofTests) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith("test-classes") == ofTests)
                .collect(Collectors.joining(File.pathSeparator));
    }

    public static Program start(Path workingDirectory, String... arguments) throws IOException {
        return start(workingDirectory, List.of(), arguments);
    }

    /** Starts it behind another command, such as a limit. */
    public static Program start(Path workingDirectory, List<String> before, String... arguments) throws IOException {
        return start(workingDirectory, before, java(Nightshift.class), arguments);
    }

    /** Starts it with the classes of the tests beside it, such as a file system that crashes. */
    public static Program startWithTests(Path workingDirectory, String... arguments) throws IOException {
        return start(workingDirectory, List.of(), javaWithTests(Nightshift.class), arguments);
    }

    private static Program start(Path workingDirectory, List<String> before, List<String> java, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(java);
        command.addAll(List.of(arguments));
        return start(workingDirectory, Map.of(), command);
    }

    private static List<String> java(Class<?> main) throws IOException {
        return java(classPath(false), "", main);
    }

    /** What starts a JVM that runs a class of the tests. */
    static List<String> javaWithTests(Class<?> main) throws IOException {
        // Behind the rest: class data are of what a class path begins with.
        return java(classPath(false), File.pathSeparator + classPath(true), main);
    }

    private static List<String> java(String classPath, String more, Class<?> main) throws IOException {
        List<String> command = new ArrayList<>(jvm());
        command.addAll(ClassData.options(classPath));
        command.addAll(List.of("-cp", classPath + more, main.getName()));
        return command;
    }

    /** What starts a JVM, up to its class path. */
    static List<String> jvm() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + new File("conf/jvm.options").getAbsolutePath(),
                "-Xmx1g"));
        command.add("-Dnightshift.models=" + System.getProperty("nightshift.models"));
        command.addAll(SHORT_LIVED);
        return command;
    }

    /** The start script itself, with more in its environment. */
    public static Program submit(Path workingDirectory, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(new File("submit.sh").getAbsolutePath()));
        command.addAll(List.of(arguments));
        return start(workingDirectory, environment, command);
    }

    private static Program start(Path workingDirectory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path out = Files.createTempFile(workingDirectory, "out", ".txt");
        Path err = Files.createTempFile(workingDirectory, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new Program(builder.start(), out, err);
    }

    public static Finished run(Path workingDirectory, String... arguments) throws Exception {
        return start(workingDirectory, arguments).await();
    }

    public Finished await() throws Exception {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + SECONDS + " s; standard error: " + Files.readString(err));
        }
        return new Finished(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Whether it is still running after so many milliseconds. */
    public boolean isRunningAfter(long milliseconds) throws InterruptedException {
        return !process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    }

    /**
     * Waits until a dead job's lock may be taken over, so that no process need be started to find out that it may not
     * yet.
     *
     * @param lock its content
     */
    public static void awaitExpiry(byte[] lock) throws Exception {
        Instant expires =
                Instant.parse(new ObjectMapper().readTree(lock).get("expires").asText());
        Instant now = Instant.now();
        if (now.isBefore(expires)) {
            TimeUnit.MILLISECONDS.sleep(Duration.between(now, expires).toMillis() + 1);
        }
    }

    /**
     * Makes a dead job's lock what it would be long after: expired. The next job watches it for its lease, of one
     * second here, before it takes it over. {@link #awaitExpiry} is the same with all of the waiting.
     *
     * @param lock its content
     * @return its new content
     */
    public static byte[] expired(byte[] lock) throws IOException {
        ObjectNode holder = (ObjectNode) new ObjectMapper().readTree(lock);
        holder.put("expires", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        holder.put("lease_seconds", 1);
        return new ObjectMapper().writeValueAsBytes(holder);
    }

    /** Waits until standard error holds a text. */
    public void awaitError(String text) throws Exception {
        await(err, text);
    }

    /** Waits until standard output holds a text. */
    public void awaitOutput(String text) throws Exception {
        await(out, text);
    }

    private void await(Path stream, String text) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!Files.readString(stream).contains(text)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("never said '" + text + "'; standard error: " + Files.readString(err));
            }
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends it as a lost machine does: it can do nothing more. */
    public void kill() throws Exception {
        process.destroyForcibly().waitFor();
    }

    /** What Ctrl-C does. */
    public void interrupt() throws Exception {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** What a scheduler does that wants it to end. */
    public void terminate() {
        process.destroy();
    }
}
