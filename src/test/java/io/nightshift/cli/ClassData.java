package io.nightshift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.QuickTraining;
import io.nightshift.dataset.PatternFaces;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;

/**
 * The classes that a training loads, in the form in which the JVM maps them. A process that has them starts with little
 * more than half of the processor time. {@code conf/class-data.sh} keeps those of the start of each command in the same way.
 *
 * <p>The first test that starts a process makes them, for all tests of this class path; it takes as long as two starts.
 */
final class ClassData {
    private static final Path FOLDER = Path.of("target/class-data").toAbsolutePath();
    private static final long SECONDS = 240;
    /** What the JVM has to say about an archive that it does not take is nothing that the program says. */
    private static final List<String> QUIET = List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off");

    private ClassData() {}

    /**
     * Returns the options of a JVM whose class path begins with the given one.
     *
     * @return none, if the class path has folders, whose classes the JVM does not keep
     */
    static synchronized List<String> options(String classPath) throws IOException {
        List<Path> entries =
                Stream.of(classPath.split(File.pathSeparator)).map(Path::of).toList();
        if (entries.stream().anyMatch(Files::isDirectory)) {
            return List.of();
        }
        Path file = FOLDER.resolve(name(entries));
        Files.createDirectories(FOLDER);
        // Of the two JVMs that run tests one makes it.
        try (FileChannel channel =
                        FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!Files.exists(file)) {
                deleteOthers();
                make(classPath, file);
            }
        }
        List<String> options = new ArrayList<>(QUIET);
        options.add("-XX:SharedArchiveFile=" + file);
        return options;
    }

    /** Returns a name that changes with each change of the class path. */
    private static String name(List<Path> entries) throws IOException {
        StringBuilder state = new StringBuilder(Runtime.version().toString());
        for (Path entry : entries) {
            state.append(entry)
                    .append(Files.size(entry))
                    .append(Files.getLastModifiedTime(entry).toMillis());
        }
        return Integer.toHexString(state.toString().hashCode()) + ".jsa";
    }

    private static void deleteOthers() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".jsa")).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void make(String classPath, Path file) throws IOException {
        Path work = Files.createTempDirectory("class-data");
        Path log = work.resolve("log");
        List<String> command = new ArrayList<>(Program.jvm());
        command.addAll(QUIET);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + work.resolve("jsa"), "-cp", classPath));
        command.addAll(List.of(Nightshift.class.getName(), "retrain", "--output", "out", "--epochs", "1", "--data"));
        command.add(PatternFaces.of(1, 20, 6).write(work.resolve("faces.csv")).toString());
        command.addAll(QuickTraining.options(work));
        Process training = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!training.waitFor(SECONDS, TimeUnit.SECONDS) || training.exitValue() != 0) {
                training.destroyForcibly();
                throw new IllegalStateException("no class data: " + Files.readString(log, UTF_8));
            }
        } catch (InterruptedException e) {
            training.destroyForcibly();
            throw new IllegalStateException(e);
        }
        Files.move(work.resolve("jsa"), file);
        FileUtil.fullyDelete(work.toFile());
    }
}
